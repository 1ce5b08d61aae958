SELECT 'nothing is shipped before its delivery is paid', 'order ' || number, format('%s, delivery %s', status, quote_status)
FROM orders_order
WHERE status IN ('shipped', 'delivered') AND quote_status IN ('awaiting', 'quoted')
