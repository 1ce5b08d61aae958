SELECT 'no card number is kept', 'webhook ' || key, 'a run of 13 to 19 digits that looks like a card'
FROM payments_providerevent
WHERE body ~ '"(card_number|pan|cvv)"'
