SELECT 'a consent has its words', 'account ' || u.id, 'no row says what was agreed to'
FROM accounts_user u
WHERE u.marketing_consent_at IS NOT NULL
  AND NOT EXISTS (SELECT FROM accounts_consentchange c WHERE c.user_id = u.id AND c.given)
