"""Recovery codes, for whoever has lost all else; and the list of what was done with an account."""

from protocol import account as shapes
from protocol.codes import ErrorCode
from server.core.accounts import CODES
from server.core.instants import iso
from server.core.records import SigningIn
from server.people import codes
from server.web.call import Answer, Call
from server.web.guessing import a_guess
from server.web.ports import Services
from server.web.problems import ProblemError
from server.web.session import sign_in

CODE_SIGNS = 16
"""80 bits."""


async def left(services: Services, call: Call, said: None) -> shapes.RecoveryCodes:
    found = await services.ledger.recovery.left(call.writer.id)
    return shapes.RecoveryCodes(0, None) if found is None else shapes.RecoveryCodes(found.left, iso(found.made_at))


async def make(services: Services, call: Call, said: None) -> shapes.NewRecoveryCodes:
    """A new set; one of before serves nobody any more."""
    made = [codes.new(CODE_SIGNS) for _ in range(CODES)]
    await services.ledger.recovery.make(call.writer.id, made, call.device, call.now)
    return shapes.NewRecoveryCodes([codes.grouped(each) for each in made], iso(call.now))


async def enter(services: Services, call: Call, said: shapes.RecoveryCode) -> Answer:
    code = codes.plain(said.code)

    async def found(signing: SigningIn) -> int:
        async with a_guess(services, call, "recovery"):
            writer = await services.ledger.recovery.sign_in(code, signing, call.now)
            if writer is None:
                rule = "is not one of the codes, or was used: look whether it is from the newest set"
                raise ProblemError(ErrorCode.NOT_FOUND, "code", rule)
            return writer

    return await sign_in(services, call, code, found)


async def audit(services: Services, call: Call, said: None) -> shapes.AuditList:
    lines = await services.ledger.audit.of(call.writer.id)
    return shapes.AuditList([shapes.AuditLine(iso(each.at), each.what, each.detail, each.device) for each in lines])
