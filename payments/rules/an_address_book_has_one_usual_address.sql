-- Checkout begins with it. That there are not two is held by a unique index.
SELECT 'an address book has one usual address', 'account ' || user_id, count(*) || ' addresses, none of them usual'
FROM accounts_address
GROUP BY user_id
HAVING NOT bool_or(is_default)
