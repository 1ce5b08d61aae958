from django.db import migrations

# A number of a card begins and is as long as those of Visa, Mastercard, Verve, Maestro or American Express, stands in
# one piece or in the groups in which it is printed on the card, and passes Luhn's sum.
FUNCTIONS = r"""
CREATE FUNCTION passes_luhn(digits text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT sum(CASE WHEN place % 2 = 1 THEN digit WHEN digit > 4 THEN 2 * digit - 9 ELSE 2 * digit END) % 10 = 0
    FROM (
        SELECT place, substr(reverse(digits), place, 1)::integer AS digit FROM generate_series(1, length(digits)) place
    ) one
$$;

CREATE FUNCTION secret_in(words text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    found text[];
BEGIN
    -- Most words go no further than this.
    IF words !~ '\d{15}|\d{4}[ -]\d{4}[ -]\d{4}|\d{4}[ -]\d{6}|sk_|whsec_|re_|[cC][vV][vVcC]' THEN
        RETURN NULL;
    END IF;
    IF words ~ '\m(sk_(live|test)_\w|whsec_\w{8}|re_\w{8}_\w{20})' THEN
        RETURN 'a key of a provider';
    END IF;
    IF words ~* '\m(cvv|cvc)2?(\W{1,8}|\W+(is|code|number|no)\W{1,4})\d{3,4}\M' THEN
        RETURN 'the check number of a card';
    END IF;
    FOR found IN SELECT regexp_matches(
        words,
        '\m(4\d{15}|4\d{18}|5[0-8]\d{14}|5[0-8]\d{17}|6\d{15}|6\d{18}|2[2-7]\d{14}|3[47]\d{13}'
        '|[2456]\d{3} \d{4} \d{4} \d{4}(?: \d{3})?|[2456]\d{3}-\d{4}-\d{4}-\d{4}(?:-\d{3})?|3[47]\d{2}[ -]\d{6}[ -]\d{5})\M',
        'g'
    ) LOOP
        IF passes_luhn(regexp_replace(found[1], '\D', '', 'g')) THEN
            RETURN 'the number of a card';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
"""
NO_FUNCTIONS = """
DROP FUNCTION secret_in(text);
DROP FUNCTION passes_luhn(text);
"""


class Migration(migrations.Migration):

    dependencies = [("core", "0004_switches_audited")]

    operations = [migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS)]
