-- Orders keep number, pieces, amounts, country, state, and which parcel went out. accounts.privacy takes the rest away, in every table here.
-- What happens afterwards, as when a bank disputes the payment, is written down and told to staff: of an order without its person.
SELECT 'an erased person leaves what the law wants', what, left_behind
FROM (
    SELECT 'order ' || number AS what, 'its customer' AS left_behind FROM orders_order
    WHERE erased_at IS NOT NULL
      AND (email NOT LIKE '%@erased.invalid' OR full_name <> 'Erased'
           OR (phone || area || street || landmark || city || postcode || note || ordered_from || billing_name) <> '')
    UNION ALL
    SELECT 'order ' || o.number, 'mail ' || m.id
    FROM orders_order o
    JOIN mailing_outgoingmail m ON m.about = 'order/' || o.number OR m.about LIKE 'order/' || o.number || '/%'
    WHERE m.created_at <= o.erased_at
      AND (m.recipient NOT LIKE '%@erased.invalid' OR m.facts <> '{}' OR m.text || m.html || m.note <> ''
           OR m.last_error NOT IN ('', 'Its person was erased.'))
    UNION ALL
    SELECT 'order ' || o.number, 'webhook ' || e.key
    FROM orders_order o
    JOIN payments_payment p ON p.order_id = o.id
    JOIN payments_providerevent e ON e.reference = p.reference
    WHERE o.erased_at IS NOT NULL AND e.body || e.note <> ''
    UNION ALL
    SELECT 'order ' || o.number, 'difference or dispute of ' || p.reference
    FROM orders_order o
    JOIN payments_payment p ON p.order_id = o.id
    LEFT JOIN payments_difference d ON d.reference = p.reference
    LEFT JOIN payments_dispute b ON b.payment_id = p.id
    WHERE o.erased_at IS NOT NULL
      AND (d.email NOT LIKE '%@erased.invalid' AND d.email <> '' OR d.closed_at <= o.erased_at AND d.note <> ''
           OR b.answered_at <= o.erased_at AND b.answer <> '')
    UNION ALL
    SELECT 'order ' || o.number, 'what Paystack said of ' || p.reference
    FROM orders_order o JOIN payments_payment p ON p.order_id = o.id
    WHERE o.erased_at IS NOT NULL AND p.failure_reason NOT IN (
        '', 'Never paid.', 'No money came', 'Paystack does not know this attempt.', 'It is on its way back to you',
        'Paystack sent this payment back before the shop heard of it.'
    )
    UNION ALL
    SELECT 'order ' || o.number, 'refund ' || r.id
    FROM orders_order o
    JOIN payments_payment p ON p.order_id = o.id
    JOIN payments_refund r ON r.payment_id = p.id
    WHERE r.created_at <= o.erased_at AND (r.reason <> 'Erased' OR r.problem <> '')
    UNION ALL
    SELECT 'order ' || o.number, 'receipt ' || t.id
    FROM orders_order o
    JOIN payments_payment p ON p.order_id = o.id
    JOIN payments_receipt t ON t.payment_id = p.id
    WHERE t.recorded_at <= o.erased_at AND t.reference NOT LIKE 'erased-%'
    UNION ALL
    -- Money of an erased person that belongs to no order.
    SELECT 'difference ' || d.id, coalesce('webhook ' || e.key, 'its note')
    FROM payments_difference d
    LEFT JOIN payments_providerevent e ON e.reference = d.reference AND e.body || e.note <> ''
    WHERE d.kind = 'unknown' AND d.email LIKE '%@erased.invalid' AND (d.note <> '' OR e.id IS NOT NULL)
    UNION ALL
    -- Whom these name is not known, so they go by themselves (payments.provider_events.forget_old).
    SELECT 'webhook ' || key, 'what it said' FROM payments_providerevent
    WHERE state = 'ignored' AND body <> '' AND applied_at < now() - interval '1 day'
       OR state = 'closed' AND body || note <> '' AND closed_at < now() - interval '91 days'
    UNION ALL
    SELECT 'order ' || o.number, 'event ' || e.id FROM orders_order o JOIN orders_orderevent e ON e.order_id = o.id
    WHERE e.created_at <= o.erased_at AND e.data <> '{}'
    UNION ALL
    SELECT 'order ' || o.number, 'return ' || r.id FROM orders_order o JOIN orders_return r ON r.order_id = o.id
    WHERE o.erased_at IS NOT NULL AND r.text || r.answer <> ''
    UNION ALL
    SELECT 'order ' || o.number, 'use of a discount ' || r.id
    FROM orders_order o JOIN orders_redemption r ON r.order_id = o.id
    WHERE o.erased_at IS NOT NULL AND r.email_key NOT LIKE '%@erased.invalid'
    UNION ALL
    SELECT 'order ' || o.number, 'invitation ' || i.id
    FROM orders_order o JOIN catalog_reviewinvitation i ON i.order_number = o.number
    WHERE o.erased_at IS NOT NULL AND (i.name <> '' OR i.user_id IS NOT NULL)
    UNION ALL
    SELECT 'account ' || id, 'its person' FROM accounts_user
    WHERE erased_at IS NOT NULL
      AND (email NOT LIKE '%@erased.invalid' OR full_name || phone <> '' OR is_active OR password NOT LIKE '!%')
    UNION ALL
    SELECT 'account ' || u.id, 'address ' || a.id FROM accounts_user u JOIN account_emailaddress a ON a.user_id = u.id
    WHERE u.erased_at IS NOT NULL
    UNION ALL
    SELECT 'account ' || u.id, 'place ' || a.id FROM accounts_user u JOIN accounts_address a ON a.user_id = u.id
    WHERE u.erased_at IS NOT NULL
    UNION ALL
    SELECT 'the last mail to an erased person, ' || id, 'its address' FROM mailing_outgoingmail
    WHERE kind = 'account-erased' AND state IN ('sent', 'dead')
      AND (recipient NOT LIKE '%@erased.invalid' OR facts <> '{}' OR text || html || note <> '')
    UNION ALL
    SELECT 'account ' || u.id, 'consent ' || c.id
    FROM accounts_user u JOIN accounts_consentchange c ON c.user_id = u.id
    WHERE u.erased_at IS NOT NULL
    UNION ALL
    SELECT 'account ' || u.id, 'order ' || o.number FROM accounts_user u JOIN orders_order o ON o.user_id = u.id
    WHERE u.erased_at IS NOT NULL AND o.erased_at IS NULL
    UNION ALL
    SELECT 'order ' || o.number, 'price of delivery ' || q.id
    FROM orders_order o JOIN orders_deliveryquote q ON q.order_id = o.id
    WHERE o.erased_at IS NOT NULL AND q.note <> ''
    UNION ALL
    SELECT 'order ' || o.number, 'request key ' || k.key
    FROM core_idempotencykey k
    JOIN orders_order o ON o.number = (k.answer #>> '{}')::jsonb ->> 'number'
    WHERE k.scope LIKE 'orders.place %' AND o.erased_at IS NOT NULL
    UNION ALL
    SELECT 'account ' || u.id, 'API token' FROM accounts_user u JOIN knox_authtoken t ON t.user_id = u.id
    WHERE u.erased_at IS NOT NULL
    UNION ALL
    SELECT 'account ' || u.id, 'second step' FROM accounts_user u JOIN mfa_authenticator a ON a.user_id = u.id
    WHERE u.erased_at IS NOT NULL
) found
