import pytest
from handoff.models import WorkItem
from refunds import actions
from tests.pension.factories import submitted
pytestmark = pytest.mark.django_db

def shot(client, method, url, *a, **k):
    try:
        from django.db import transaction
        with transaction.atomic():
            r = getattr(client, method)(url, *a, **k)
        print(method, url[:70], r.status_code, r.get("Location",""), r.get("HX-Redirect",""))
        return r
    except Exception as e:
        print(method, url[:70], "RAISED", type(e).__name__, str(e)[:100])

def test_probe(client, cast):
    refund = submitted(cast.resident, office=cast.county)
    client.force_login(cast.resident)
    for u in ("/refunds/YL%00/", "/refunds/YL%00/account/", "/inquiry/?after=%00", "/inquiry/?after=WyIyMDI2LTAxLTAxVDAwOjAwOjAwKzAwOjAwIiwgIjUiXQ==", "/pension/?status=%00&year=%00", "/pension/apply/?payment=1&step=fill&key=%00", f"/refunds/{refund.number}/account/","/pension/submitted/00000000-0000-0000-0000-000000000000/"):
        shot(client, "get", u)
    import base64, json
    for pair in (["9999-12-31T23:59:59-23:59", "00000000-0000-0000-0000-000000000000"], ["2026-01-01T00:00:00", "00000000-0000-0000-0000-000000000000"], ["0001-01-01T00:00:00+23:59", "00000000-0000-0000-0000-000000000000"], ["2026-01-01T00:00:00+00:00", 5], {"a":1,"b":2}):
        c = base64.urlsafe_b64encode(json.dumps(pair).encode()).decode()
        shot(client, "get", f"/inquiry/?after={c}")
    shot(client, "post", "/pension/apply/", {"payment": refund.lines.get().payment_id, "step": "fill", "account_number": "1\0", "contact_name": "\0"})
    client.force_login(cast.reviewer)
    for u in ("/review/YL%00/", "/review/?q=%00", "/review/?q=" + "9"*3000, "/review/?queue=%00", "/inquiry/", "/user-center/"):
        shot(client, "get", u)
    shot(client, "post", "/review/YL%00/approve/")
    item = WorkItem.objects.create(kind="contradiction", agency="hrss", instruction_id="x-1", office=cast.county, detail="d")
    shot(client, "post", f"/review/items/{item.pk}/send-again/")
    actions.approve(refund.number, by=cast.reviewer)
    item = WorkItem.objects.create(kind="contradiction", agency="hrss", instruction_id=refund.number+"-1", office=cast.county, detail="d")
    shot(client, "post", f"/review/items/{item.pk}/send-again/")
    shot(client, "post", f"/review/items/99999999999999999999999/send-again/")
    shot(client, "post", f"/review/items/{item.pk}/close/", {"note": "a\0b"})
    shot(client, "post", f"/review/{refund.number}/reject/", {"reason": "\0"})
    shot(client, "post", f"/review/{refund.number}/reject/", {"reason": "other", "remark": "a\0b"})
    for i in range(60):
        WorkItem.objects.create(kind="contradiction", agency="hrss", instruction_id=f"y-{i}", office=cast.county, detail="d")
    r = client.get("/review/items/")
    import re
    nxt = re.search(rb'href="(/review/items/\?after[^"]+)"', r.content).group(1).decode()
    r2 = client.get(nxt)
    print("same page?", b"y-1<" in r2.content, b"y-59<" in r2.content)
    client.logout()
    for u in ("/accounts/login/?next=%00", "/accounts/login/?door=%00"):
        shot(client, "get", u)
    shot(client, "post", "/accounts/login/", {"account": "\0", "password": "\0", "door": "natural"})
    shot(client, "post", "/accounts/register/", {"name": "\0", "id_number": "\0", "phone":"1"})
