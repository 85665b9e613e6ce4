"""An approval that proved wrong is revoked; nothing follows that either."""

from django.db import migrations, models

GUARD = """
CREATE OR REPLACE TRIGGER an_exclusion_says_the_same_for_ever BEFORE UPDATE ON procedures_exclusion FOR EACH ROW
    WHEN ((OLD.id, OLD.reason_id, OLD.unit_id, OLD.scope, OLD.begins_at, OLD.ends_at, OLD.evidence, OLD.document,
           OLD.proposed_by, OLD.proposed_official_id, OLD.proposed_at)
          IS DISTINCT FROM
          (NEW.id, NEW.reason_id, NEW.unit_id, NEW.scope, NEW.begins_at, NEW.ends_at, NEW.evidence, NEW.document,
           NEW.proposed_by, NEW.proposed_official_id, NEW.proposed_at)
          OR OLD.state IN (%(final)s)
          OR OLD.state = 'approved' AND NEW.state NOT IN (%(after_approval)s)
          OR OLD.decided_at IS NOT NULL
             AND (OLD.decided_by, OLD.decided_official_id, OLD.decided_for_id, OLD.decided_at)
                 IS DISTINCT FROM (NEW.decided_by, NEW.decided_official_id, NEW.decided_for_id, NEW.decided_at))
    EXECUTE FUNCTION procedures_refuse_rewriting();
"""
NEW = {"final": "'refused', 'withdrawn', 'revoked'", "after_approval": "'withdrawn', 'revoked'"}
OLD = {"final": "'refused', 'withdrawn'", "after_approval": "'withdrawn'"}


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0013_reference_stamps"),
    ]

    operations = [
        migrations.AlterField(
            model_name="exclusion",
            name="state",
            field=models.CharField(
                choices=[
                    ("proposed", "Đã đề nghị"),
                    ("approved", "Đã duyệt"),
                    ("refused", "Không duyệt"),
                    ("withdrawn", "Đã rút"),
                    ("revoked", "Đã hủy duyệt"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="exclusionevent",
            name="state",
            field=models.CharField(
                choices=[
                    ("proposed", "Đã đề nghị"),
                    ("approved", "Đã duyệt"),
                    ("refused", "Không duyệt"),
                    ("withdrawn", "Đã rút"),
                    ("revoked", "Đã hủy duyệt"),
                ],
                max_length=10,
            ),
        ),
        migrations.RunSQL(GUARD % NEW, GUARD % OLD),
    ]
