SELECT 'a bag is recalled once, to who agreed', m.about, format('%s mails', count(*))
FROM mailing_outgoingmail m
WHERE m.kind = 'abandoned-bag'
GROUP BY m.about
HAVING count(*) > 1
UNION ALL
SELECT 'a bag is recalled once, to who agreed', m.about, 'a mail waits for somebody who has not agreed'
FROM mailing_outgoingmail m
LEFT JOIN accounts_user u ON lower(u.email) = lower(m.recipient)
WHERE m.kind = 'abandoned-bag' AND m.state = 'queued' AND u.marketing_consent_at IS NULL
UNION ALL
SELECT 'a bag is recalled once, to who agreed', m.about, 'the bag does not say so'
FROM mailing_outgoingmail m
JOIN orders_bag b ON m.about = 'bag/' || b.id
WHERE m.kind = 'abandoned-bag' AND b.reminded_at IS NULL
