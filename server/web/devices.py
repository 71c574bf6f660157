"""Where a writer is signed in, and how that ends: here, elsewhere, everywhere else."""

from protocol import devices as shapes
from server.core.accounts import MAX_DEVICES
from server.core.instants import iso
from server.core.records import Device
from server.people.devices import UNKNOWN
from server.web.call import Call
from server.web.ports import Services
from server.web.problems import not_found


async def read(services: Services, call: Call, said: None) -> shapes.Devices:
    known = await services.ledger.devices.of(call.writer.id, call.now)
    kept = await services.ledger.devices.kept(call.writer.id, services.issuer)
    return shapes.Devices([_shape(each, call.session) for each in known], kept, MAX_DEVICES)


async def end(services: Services, call: Call, said: None) -> shapes.Devices:
    """Answers those that are left."""
    device = call.path["device"]
    elsewhere = None if device == call.session else call.device
    if not await services.ledger.devices.end(call.writer.id, device, call.now, elsewhere):
        raise not_found("device", "is one where you are signed in")
    services.live.sign_out([device])
    return await read(services, call, None)


async def end_others(services: Services, call: Call, said: None) -> shapes.Devices:
    ended = await services.ledger.devices.end_others(call.writer.id, call.session, call.now, call.device)
    services.live.sign_out(ended)
    return await read(services, call, None)


def _shape(device: Device, here: str) -> shapes.Device:
    return shapes.Device(device.id, device.name or UNKNOWN, iso(device.since), iso(device.seen_at), device.id == here)
