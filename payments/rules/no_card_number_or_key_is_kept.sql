-- Whole rows are read, so that every column is, also of those that come later; a test holds the list of tables. Of the two
-- tables that say most only the last days: an hourly audit has read what came before. A mail is what its facts say.
SELECT 'no card number or key is kept', place, found
FROM (
    SELECT 'account_emailaddress ' || id AS place, secret_in(x::text) AS found FROM account_emailaddress x
    UNION ALL
    SELECT 'accounts_address ' || id AS place, secret_in(x::text) AS found FROM accounts_address x
    UNION ALL
    SELECT 'accounts_consentchange ' || id AS place, secret_in(x::text) AS found FROM accounts_consentchange x
    UNION ALL
    SELECT 'accounts_failedsignin ' || id AS place, secret_in(x::text) AS found FROM accounts_failedsignin x
    UNION ALL
    SELECT 'accounts_user ' || id AS place, secret_in(x::text) AS found FROM accounts_user x
    UNION ALL
    SELECT 'auth_group ' || id AS place, secret_in(x::text) AS found FROM auth_group x
    UNION ALL
    SELECT 'catalog_bundle ' || id AS place, secret_in(x::text) AS found FROM catalog_bundle x
    UNION ALL
    SELECT 'catalog_category ' || id AS place, secret_in(x::text) AS found FROM catalog_category x
    UNION ALL
    SELECT 'catalog_colour ' || id AS place, secret_in(x::text) AS found FROM catalog_colour x
    UNION ALL
    SELECT 'catalog_exchangerate ' || id AS place, secret_in(x::text) AS found FROM catalog_exchangerate x
    UNION ALL
    SELECT 'catalog_image ' || id AS place, secret_in(x::text) AS found FROM catalog_image x
    UNION ALL
    SELECT 'catalog_loosefile ' || id AS place, secret_in(x::text) AS found FROM catalog_loosefile x
    UNION ALL
    SELECT 'catalog_product ' || id AS place, secret_in(x::text) AS found FROM catalog_product x
    UNION ALL
    SELECT 'catalog_review ' || id AS place, secret_in(x::text) AS found FROM catalog_review x
    UNION ALL
    SELECT 'catalog_reviewinvitation ' || id AS place, secret_in(x::text) AS found FROM catalog_reviewinvitation x
    UNION ALL
    SELECT 'catalog_reviewvote ' || id AS place, secret_in(x::text) AS found FROM catalog_reviewvote x
    UNION ALL
    SELECT 'catalog_sale ' || id AS place, secret_in(x::text) AS found FROM catalog_sale x
    UNION ALL
    SELECT 'catalog_sheetimport ' || id AS place, secret_in(x::text) AS found FROM catalog_sheetimport x
    UNION ALL
    SELECT 'catalog_size ' || id AS place, secret_in(x::text) AS found FROM catalog_size x
    UNION ALL
    SELECT 'catalog_sizeguide ' || id AS place, secret_in(x::text) AS found FROM catalog_sizeguide x
    UNION ALL
    SELECT 'catalog_sizeguiderow ' || id AS place, secret_in(x::text) AS found FROM catalog_sizeguiderow x
    UNION ALL
    SELECT 'catalog_stockalert ' || id AS place, secret_in(x::text) AS found FROM catalog_stockalert x
    UNION ALL
    SELECT 'catalog_stockmovement ' || id AS place, secret_in(x::text) AS found FROM catalog_stockmovement x
    UNION ALL
    SELECT 'catalog_synonyms ' || id AS place, secret_in(x::text) AS found FROM catalog_synonyms x
    UNION ALL
    SELECT 'catalog_upload ' || id AS place, secret_in(x::text) AS found FROM catalog_upload x
    UNION ALL
    SELECT 'catalog_variant ' || id AS place, secret_in(x::text) AS found FROM catalog_variant x
    UNION ALL
    SELECT 'catalog_variantsize ' || id AS place, secret_in(x::text) AS found FROM catalog_variantsize x
    UNION ALL
    SELECT 'catalog_video ' || id AS place, secret_in(x::text) AS found FROM catalog_video x
    UNION ALL
    SELECT 'catalog_wishlist ' || id AS place, secret_in(x::text) AS found FROM catalog_wishlist x
    UNION ALL
    SELECT 'core_auditrow ' || id AS place, secret_in(x::text) AS found FROM core_auditrow x
    UNION ALL
    SELECT 'core_idempotencykey ' || id AS place, secret_in(x::text) AS found FROM core_idempotencykey x
    UNION ALL
    SELECT 'core_switch ' || name AS place, secret_in(x::text) AS found FROM core_switch x
    UNION ALL
    SELECT 'django_admin_log ' || id AS place, secret_in(x::text) AS found FROM django_admin_log x
    UNION ALL
    SELECT 'django_celery_results_taskresult ' || id AS place, secret_in(x::text) AS found FROM django_celery_results_taskresult x
    UNION ALL
    SELECT 'mailing_campaign ' || id AS place, secret_in(x::text) AS found FROM mailing_campaign x
    UNION ALL
    SELECT 'mailing_campaignrecipient ' || id AS place, secret_in(x::text) AS found FROM mailing_campaignrecipient x
    UNION ALL
    SELECT 'mailing_staffnotice ' || id AS place, secret_in(x::text) AS found FROM mailing_staffnotice x
    UNION ALL
    SELECT 'mailing_standstill ' || id AS place, secret_in(x::text) AS found FROM mailing_standstill x
    UNION ALL
    SELECT 'mailing_subscriber ' || id AS place, secret_in(x::text) AS found FROM mailing_subscriber x
    UNION ALL
    SELECT 'mailing_suppression ' || id AS place, secret_in(x::text) AS found FROM mailing_suppression x
    UNION ALL
    SELECT 'orders_bag ' || id AS place, secret_in(x::text) AS found FROM orders_bag x
    UNION ALL
    SELECT 'orders_bagline ' || id AS place, secret_in(x::text) AS found FROM orders_bagline x
    UNION ALL
    SELECT 'orders_deliveryquote ' || id AS place, secret_in(x::text) AS found FROM orders_deliveryquote x
    UNION ALL
    SELECT 'orders_discount ' || id AS place, secret_in(x::text) AS found FROM orders_discount x
    UNION ALL
    SELECT 'orders_order ' || id AS place, secret_in(x::text) AS found FROM orders_order x
    UNION ALL
    SELECT 'orders_deliverymethod ' || id AS place, secret_in(x::text) AS found FROM orders_deliverymethod x
    UNION ALL
    SELECT 'orders_orderevent ' || id AS place, secret_in(x::text) AS found FROM orders_orderevent x
    UNION ALL
    SELECT 'orders_orderline ' || id AS place, secret_in(x::text) AS found FROM orders_orderline x
    UNION ALL
    SELECT 'orders_redemption ' || id AS place, secret_in(x::text) AS found FROM orders_redemption x
    UNION ALL
    SELECT 'orders_return ' || id AS place, secret_in(x::text) AS found FROM orders_return x
    UNION ALL
    SELECT 'orders_shipment ' || id AS place, secret_in(x::text) AS found FROM orders_shipment x
    UNION ALL
    SELECT 'orders_zone ' || id AS place, secret_in(x::text) AS found FROM orders_zone x
    UNION ALL
    SELECT 'orders_zonearea ' || id AS place, secret_in(x::text) AS found FROM orders_zonearea x
    UNION ALL
    SELECT 'payments_difference ' || id AS place, secret_in(x::text) AS found FROM payments_difference x
    UNION ALL
    SELECT 'payments_dispute ' || id AS place, secret_in(x::text) AS found FROM payments_dispute x
    UNION ALL
    SELECT 'payments_payment ' || id AS place, secret_in(x::text) AS found FROM payments_payment x
    UNION ALL
    SELECT 'payments_receipt ' || id AS place, secret_in(x::text) AS found FROM payments_receipt x
    UNION ALL
    SELECT 'payments_refund ' || id AS place, secret_in(x::text) AS found FROM payments_refund x
    UNION ALL
    SELECT 'mailing_outgoingmail ' || id,
           secret_in(concat_ws(' ', subject, facts, headers, last_error, CASE WHEN facts = '{}' THEN text END))
    FROM mailing_outgoingmail WHERE created_at > now() - interval '8 days'
    UNION ALL
    SELECT 'payments_providerevent ' || id, secret_in(x::text)
    FROM payments_providerevent x WHERE received_at > now() - interval '8 days'
) said
WHERE found IS NOT NULL
