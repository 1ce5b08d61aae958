"""The whole timetable of background work, on one screen. Times are seconds between runs."""

SCHEDULE = {
    "send the mails that are due": {
        "task": "mailing.tasks.sweep",
        "schedule": 20,
        "options": {"expires": 20},
    },
    "apply webhooks that were stored but not yet applied": {
        "task": "payments.periodic.sweep_events",
        "schedule": 30,
        "options": {"expires": 30},
    },
    "settle open payments, then expire unpaid orders": {
        "task": "payments.periodic.reconcile_and_expire",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "process pictures that were uploaded but not yet made": {
        "task": "catalog.tasks.sweep_images",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "forget API tokens that have ended": {
        "task": "accounts.tasks.clean_up_tokens",
        "schedule": 3600,
    },
    "count broken invariants": {
        "task": "payments.periodic.audit",
        "schedule": 3600,
    },
}
