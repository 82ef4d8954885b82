"""What is kept for how long. One line for each thing that is about a person; `tests/production/test_retention.py` finds what has none.

Applications, payments and their histories are not named one by one: every scheme has them, and they are records (`CASES`).
"""

from datetime import timedelta

from axes.models import AccessAttempt
from django.conf import settings

from accounts import sms
from accounts.doors import binding
from accounts.doors.models import LOGS_AT_LEAST
from accounts.feeds import uploads
from accounts.models import BindingCode, KeptForm, Load, Session, SignIn, SmsCode, Upload
from foundation.retention import Kept, in_batches
from inbox.models import Message, Question, Sms
from pension.village.lists import taking
from pension.village.lists.models import VillageUpload
from pension.village.models import DraftClerk, TakenOut
from refunds.inquiry import doors as inquiry
from refunds.inquiry.models import WrongTry
from refunds_portal.retention import drafts
from review.case import watching
from review.models import Watching

DAYS, YEARS = timedelta(days=1), timedelta(days=365)
SHORTEST = "PIPL 6, 19: the shortest time that serves"
ARCHIVE = "归档和销毁由税务机关按《会计档案管理办法》等办理，本平台不自动删除"

FORMS = Kept(
    code="forms",
    title="登录过期时保存的填写内容",
    holds=("accounts.KeptForm",),
    since="it was kept",
    law=SHORTEST,
    period=timedelta(seconds=settings.KEPT_FORM_SECONDS),
    removes=in_batches(lambda before: KeptForm.objects.filter(at__lt=before)),
)
TABLE = (
    FORMS,
    Kept(
        code="batch_drafts",
        title="没有提交的村组退费草稿",
        holds=(),  # an application that was never submitted
        since="a clerk changed it last; its village is told five days before",
        law=SHORTEST,
        period=drafts.PERIOD,
        removes=drafts.removes(drafts.BATCHES),
    ),
    Kept(
        code="report_drafts",
        title="没有提交的存款账户账号报告",
        holds=(),  # a report that was never submitted
        since="its owner changed it last; she is told five days before",
        law=SHORTEST,
        period=drafts.PERIOD,
        removes=drafts.removes(drafts.REPORTS),
    ),
    Kept(
        code="village_lists",
        title="村组上传名单中没有选入的行",
        holds=("pension.VillageUpload",),
        since="it was sent",
        law=SHORTEST,
        period=taking.KEPT,
        removes=in_batches(lambda before: VillageUpload.objects.filter(at__lt=before)),
    ),
    Kept(
        code="taken_out",
        title="草稿中移出的人员",
        holds=("pension.TakenOut",),
        since="they were taken out",
        law=SHORTEST,
        period=30 * DAYS,
        removes=in_batches(lambda before: TakenOut.objects.filter(at__lt=before)),
    ),
    Kept(
        code="draft_clerks",
        title="谁在办理草稿",
        holds=("pension.DraftClerk",),
        since="she last did something there; longer than the draft, whose age it tells",
        law=SHORTEST,
        period=60 * DAYS,
        removes=in_batches(lambda before: DraftClerk.objects.filter(seen_at__lt=before)),
    ),
    Kept(
        code="watching",
        title="谁正在看哪一件",
        holds=("review.Watching",),
        since="the case was last looked at",
        law=SHORTEST,
        period=watching.FRESH,
        removes=in_batches(lambda before: Watching.objects.filter(at__lt=before)),
    ),
    Kept(
        code="sessions",
        title="过期的登录",
        holds=("accounts.Session",),
        since="it ended",
        law="GB/T 22239-2019 8.1.4.10: what is left of a session is cleared",
        period=timedelta(),
        removes=in_batches(lambda before: Session.objects.filter(expire_date__lt=before)),
    ),
    Kept(
        code="sms_codes",
        title="短信验证码",
        holds=("accounts.SmsCode",),
        since="it was sent; the ten a day are counted by them",
        law=SHORTEST,
        period=sms.COUNTED,
        removes=in_batches(lambda before: SmsCode.objects.filter(sent_at__lt=before)),
    ),
    Kept(
        code="binding_codes",
        title="没有用掉的绑定码",
        holds=("accounts.BindingCode",),
        since="it was issued",
        law=SHORTEST,
        period=binding.LIFE,
        removes=in_batches(lambda before: BindingCode.objects.filter(issued_at__lt=before)),
    ),
    Kept(
        code="wrong_tries",
        title="查询中心的错误次数",
        holds=("refunds.WrongTry",),
        since="it was tried",
        law=SHORTEST,
        period=inquiry.DAY,
        removes=in_batches(lambda before: WrongTry.objects.filter(at__lt=before)),
    ),
    Kept(
        code="guesses",
        title="登录的错误次数",
        holds=("axes.AccessAttempt",),
        since="the last of them; the history of sign-ins keeps each",
        law=SHORTEST,
        period=DAYS,
        removes=in_batches(lambda before: AccessAttempt.objects.filter(attempt_time__lt=before)),
    ),
    Kept(
        code="uploads",
        title="上传后没有载入的名单",
        holds=("accounts.UploadPart",),
        since="it was sent; once it is loaded or given up it goes at once",
        law=SHORTEST,
        period=uploads.KEPT,
        removes=uploads.drop_old,
    ),
    Kept(
        code="refused_rows",
        title="名单中被拒绝的行",
        holds=("accounts.Load.rejected",),
        since="the load ended; that it was loaded stays on record",
        law=SHORTEST,
        period=180 * DAYS,
        removes=in_batches(
            lambda before: Load.objects.filter(ended_at__lt=before, rejected__isnull=False),
            lambda rows: rows.update(rejected=None),
        ),
    ),
    Kept(
        code="refused_rows_of_uploads",
        title="上传名单中被拒绝的行",
        holds=("accounts.Upload.rejected",),
        since="it was sent",
        law=SHORTEST,
        period=180 * DAYS,
        removes=in_batches(
            lambda before: Upload.objects.filter(at__lt=before, rejected__isnull=False),
            lambda rows: rows.update(rejected=None),
        ),
    ),
    Kept(
        code="texts",
        title="短信",
        holds=("inbox.Sms",),
        since="its message was written",
        law="征管法 51: as long as what was paid too much can be claimed; PIPL 19",
        period=3 * YEARS,
        removes=in_batches(lambda before: Sms.objects.filter(message__created_at__lt=before, due_at=None)),
    ),
    Kept(
        code="messages",
        title="消息",
        holds=("inbox.Message",),
        since="it was written",
        law="征管法 51: as long as what was paid too much can be claimed; PIPL 19",
        period=3 * YEARS,
        removes=in_batches(lambda before: Message.objects.filter(created_at__lt=before, texts=None)),
    ),
    Kept(
        code="questions",
        title="咨询和答复",
        holds=("inbox.Question",),
        since="it was answered",
        law="征管法 51: as long as what was paid too much can be claimed; PIPL 19",
        period=3 * YEARS,
        removes=in_batches(lambda before: Question.objects.filter(answered_at__lt=before)),
    ),
    Kept(
        code="sign_ins",
        title="登录记录",
        holds=("accounts.SignIn",),
        since="somebody signed in, or tried to",
        law="网络安全法: network logs for six months at least; the database itself refuses before",
        period=3 * YEARS,
        least=LOGS_AT_LEAST,
        removes=in_batches(lambda before: SignIn.objects.filter(at__lt=before)),
    ),
    Kept(
        code="cases",
        title="申请、缴费记录和办理记录",
        holds=(
            "pension.Receipt",
            "pension.SignedSheet",
            "pension.PensionRefundLine",
            "medical.Enrolment",
            "bankreports.DepositAccountReport",
            "bankreports.DepositAccountRecord",
            "handoff.Callback",
            "handoff.Inquiry",
            "handoff.RefusedMessage",
            "handoff.ResultsFile",
            "handoff.Delivery",
            "handoff.WorkItem",
            "review.CheckAnswer",
            "review.AccountProposal",
            "review.Note",
            "inbox.Rating",
            "refunds.Tally",
        ),  # fmt: skip
        since="an application was submitted",
        law=ARCHIVE,
    ),
    Kept(
        code="people",
        title="人员和账号",
        holds=(
            "accounts.Person",
            "accounts.User",
            "accounts.Authenticator",
            "accounts.OldPassword",
            "accounts.NameChange",
            "accounts.PhoneChange",
            "accounts.Consent",
            "accounts.Correction",
        ),  # fmt: skip
        since="the person is known; a disabled account signs in nowhere",
        law=ARCHIVE,
    ),
    Kept(
        code="who_saw_what",
        title="显示号码、查询、导出、抽查和管理的记录",
        holds=(
            "review.Disclosure",
            "review.LookUp",
            "review.Export",
            "review.ExportRequest",
            "review.Sample",
            "review.SampledCase",
            "accounts.Change",
            "accounts.Load",
            "accounts.Upload",
            "refunds.ParameterValue",
            "inbox.Wording",
        ),  # fmt: skip
        since="it was done",
        law="PIPL 56: records of processing for three years at least; " + ARCHIVE,
    ),
)
