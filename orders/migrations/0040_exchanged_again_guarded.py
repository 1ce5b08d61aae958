from django.db import migrations, models

# One parcel may bring back pieces of a line as they were first sent, and others that were got in exchange for some of it.
ONCE = """
ALTER TABLE orders_returnline
    DROP CONSTRAINT return_line_once,
    ADD CONSTRAINT return_line_once UNIQUE USING INDEX return_line_once_of_each;
"""
AS_BEFORE = """
ALTER TABLE orders_returnline
    DROP CONSTRAINT return_line_once,
    ADD CONSTRAINT return_line_once UNIQUE (parcel_id, order_line_id);
CREATE UNIQUE INDEX return_line_once_of_each
    ON orders_returnline (parcel_id, order_line_id, came_by_id) NULLS NOT DISTINCT;
"""

# What an exchange gave comes back as often as it gave it, and not before it was sent. Whoever asks first holds its line,
# so that the next one counts what the first has asked for. A parcel that was given up may arrive after all, when its
# pieces have come back with another.
GUARDS = """
CREATE FUNCTION refuse_more_than_was_exchanged() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    this_parcel bigint;
BEGIN
    IF TG_TABLE_NAME = 'orders_return' THEN
        this_parcel := NEW.id;
    ELSE
        this_parcel := NEW.parcel_id;
    END IF;
    PERFORM FROM orders_returnline
    WHERE id IN (SELECT came_by_id FROM orders_returnline WHERE parcel_id = this_parcel)
    ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM orders_returnline back
        JOIN orders_returnline given ON given.id = back.came_by_id
        JOIN orders_return exchange ON exchange.id = given.parcel_id
        WHERE back.parcel_id = this_parcel AND (
            given.order_line_id <> back.order_line_id OR given.exchange_to_id IS NULL
            OR exchange.state <> 'closed' OR exchange.sent_at IS NULL
            OR given.quantity < (
                SELECT sum(l.quantity) FROM orders_returnline l JOIN orders_return p ON p.id = l.parcel_id
                WHERE l.came_by_id = given.id AND p.state NOT IN ('refused', 'lost')
            )
        )
    ) THEN
        RAISE EXCEPTION 'return % brings back more than an exchange gave', this_parcel USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER return_line_within_its_exchange AFTER INSERT ON orders_returnline
    FOR EACH ROW WHEN (NEW.came_by_id IS NOT NULL) EXECUTE FUNCTION refuse_more_than_was_exchanged();
CREATE TRIGGER return_within_its_exchanges AFTER UPDATE OF state ON orders_return
    FOR EACH ROW WHEN (OLD.state IN ('refused', 'lost') AND NEW.state NOT IN ('refused', 'lost'))
    EXECUTE FUNCTION refuse_more_than_was_exchanged();
CREATE TRIGGER return_line_never_changes BEFORE UPDATE ON orders_returnline
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_columns('parcel_id', 'order_line_id', 'came_by_id', 'quantity');
"""
UNGUARDED = """
DROP TRIGGER return_line_never_changes ON orders_returnline;
DROP TRIGGER return_within_its_exchanges ON orders_return;
DROP TRIGGER return_line_within_its_exchange ON orders_returnline;
DROP FUNCTION refuse_more_than_was_exchanged();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0039_exchanged_again_found"), ("core", "0002_append_only")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(ONCE, AS_BEFORE)],
            state_operations=[
                migrations.RemoveConstraint("returnline", "return_line_once"),
                migrations.AddConstraint(
                    "returnline",
                    models.UniqueConstraint(
                        fields=("parcel", "order_line", "came_by"), nulls_distinct=False, name="return_line_once"
                    ),
                ),
            ],
        ),
        migrations.RunSQL(GUARDS, UNGUARDED),
    ]
