"""The whole timetable of background work, on one screen. Times are seconds between runs.

A run that no worker took in time is dropped, for the next has followed. The worker's own clock tells when that is: one
that is ahead by more than `expires` drops every run and says so in its log only. Machines keep one time (NTP), and no
run is too old within a minute.
"""

GOOD_FOR_SECONDS = 60

SCHEDULE = {
    "send the mails that are due": {
        "task": "mailing.tasks.sweep",
        "schedule": 20,
        "options": {"expires": GOOD_FOR_SECONDS},
    },
    "remind of bags that were left standing": {
        "task": "orders.periodic.remind_of_bags",
        "schedule": 600,
        "options": {"expires": 600},
    },
    "begin and send newsletters": {
        "task": "accounts.tasks.send_newsletters",
        "schedule": 15,
        "options": {"expires": GOOD_FOR_SECONDS},
    },
    "apply webhooks that were stored but not yet applied": {
        "task": "payments.periodic.sweep_events",
        "schedule": 30,
        "options": {"expires": GOOD_FOR_SECONDS},
    },
    "forget what webhooks said that nobody needs": {
        "task": "payments.periodic.forget_events",
        "schedule": 3600,
    },
    "give late money back that nobody chose another size for": {
        "task": "payments.periodic.give_back_late_money",
        "schedule": 600,
        "options": {"expires": 600},
    },
    "remind staff of disputes that must be answered": {
        "task": "payments.periodic.remind_of_disputes",
        "schedule": 600,
        "options": {"expires": 600},
    },
    "hold Paystack's list against the shop's": {
        "task": "payments.periodic.compare_with_paystack",
        # Oftener than daily, so that a deploy or a silent Paystack never makes it miss a day.
        "schedule": 6 * 3600,
        "options": {"expires": 3600},
    },
    "settle open payments": {
        "task": "payments.periodic.settle_open_payments",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "expire unpaid orders": {
        "task": "payments.periodic.expire_unpaid_orders",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "send refunds and ask how they stand": {
        "task": "payments.periodic.sweep_refunds",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "bring lists and cache up to date with what changed": {
        "task": "catalog.periodic.catch_up",
        "schedule": 5,
        "options": {"expires": GOOD_FOR_SECONDS},
    },
    "begin and end sales, publish what is due": {
        "task": "catalog.periodic.publish",
        "schedule": 5,
        "options": {"expires": GOOD_FOR_SECONDS},
    },
    "begin and end the offer for a first order": {
        "task": "orders.periodic.notice_offers",
        "schedule": 300,
        "options": {"expires": 300},
    },
    "learn the words that the shop uses": {
        "task": "catalog.periodic.learn_words",
        "schedule": 600,
        "options": {"expires": 600},
    },
    "count what sells best": {
        "task": "catalog.periodic.count_sales",
        "schedule": 3600,
        "options": {"expires": 3600},
    },
    "tell who waits that a size is back": {
        "task": "catalog.tasks.send_alerts",
        "schedule": 30,
        "options": {"expires": GOOD_FOR_SECONDS},
    },
    "forget old wishes": {
        "task": "catalog.periodic.forget_wishes",
        "schedule": 24 * 3600,
    },
    "forget sheets that nobody applied": {
        "task": "catalog.periodic.forget_sheets",
        "schedule": 3600,
    },
    "process pictures that were uploaded but not yet made": {
        "task": "catalog.tasks.sweep_images",
        "schedule": 20,
        "options": {"expires": GOOD_FOR_SECONDS},
    },
    "draw the pictures of shared links that are due": {
        "task": "catalog.tasks.sweep_social_images",
        "schedule": 30,
        "options": {"expires": GOOD_FOR_SECONDS},
    },
    "delete stored files that nothing names": {
        "task": "catalog.tasks.sweep_loose_files",
        "schedule": 3600,
    },
    "tell staff of sizes that run low": {
        "task": "catalog.periodic.tell_low_stock",
        "schedule": 1800,
        "options": {"expires": 1800},
    },
    "tell staff of work that was given up": {
        "task": "payments.periodic.tell_dead_letters",
        "schedule": 300,
        "options": {"expires": 300},
    },
    "forget sign-ups for the newsletter that nobody confirmed": {
        "task": "accounts.tasks.forget_unconfirmed",
        "schedule": 24 * 3600,
    },
    "forget API tokens that have ended": {
        "task": "accounts.tasks.clean_up_tokens",
        "schedule": 3600,
    },
    "forget answers to requests that are a day old": {
        "task": "core.tasks.forget_request_keys",
        "schedule": 3600,
    },
    "count broken invariants": {
        "task": "payments.periodic.audit",
        "schedule": 3600,
    },
}
