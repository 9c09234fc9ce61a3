"""A ticket for Apple Wallet: a .pkpass, which is a ZIP of pass.json, icons, their hashes and a signature over those.

Apple: "Building a Pass" and "Creating the Signature". The certificate is the pass type's own, issued by Apple, with
the intermediate certificate that issued it after it.
"""

import hashlib
import io
import json
import zipfile
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key, pkcs7

from tiketi.clock import rfc3339
from tiketi.messages import Language
from tiketi.settings import secret, settings
from tiketi.tickets import words
from tiketi.tickets.holder import HeldTicket
from tiketi.tickets.icons import icon

CONTENT_TYPE = "application/vnd.apple.pkpass"
_ICONS = {"icon.png": 29, "icon@2x.png": 58, "icon@3x.png": 87}


def apple_pass(ticket: HeldTicket, token: str, language: Language) -> bytes:
    files = {"pass.json": json.dumps(_pass(ticket, token, language), ensure_ascii=False).encode()}
    files |= {name: icon(side) for name, side in _ICONS.items()}
    # Apple asks for SHA-1 here; what vouches for the whole is the signature, by SHA-256.
    hashed = {name: hashlib.sha1(content, usedforsecurity=False).hexdigest() for name, content in files.items()}
    files["manifest.json"] = json.dumps(hashed).encode()
    files["signature"] = _signature(files["manifest.json"])
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return archive.getvalue()


def _pass(ticket: HeldTicket, token: str, language: Language) -> dict[str, Any]:
    known = settings()
    times: dict[str, str] = {}
    if ticket.start and ticket.end:
        times = {"relevantDate": rfc3339(ticket.start), "expirationDate": rfc3339(ticket.end)}
    return {
        "formatVersion": 1,
        "passTypeIdentifier": known.apple_pass_type_id,
        "teamIdentifier": known.apple_team_id,
        "organizationName": "Tiketi Tamasha",
        "serialNumber": ticket.id,
        "description": f"{words.say('ticket', language)}: {ticket.title}",
        "foregroundColor": "rgb(255, 255, 255)",
        "labelColor": "rgb(214, 235, 224)",
        "backgroundColor": "rgb(11, 93, 59)",
        "sharingProhibited": True,
        **times,
        "barcodes": [
            {
                "format": "PKBarcodeFormatQR",
                "message": token,
                "messageEncoding": "iso-8859-1",
                "altText": ticket.code,
            }
        ],
        "eventTicket": {
            "primaryFields": [_field("event", "ticket", ticket.title, language)],
            "secondaryFields": [_field("when", "when", words.when(ticket, language), language)],
            "auxiliaryFields": [
                _field("where", "where", ticket.place, language),
                _field("tier", "tier", ticket.item.ticket_type, language),
            ],
            "backFields": [_field("code", "code", ticket.code, language)],
        },
    }


def _field(key: str, label: str, value: str, language: Language) -> dict[str, str]:
    return {"key": key, "label": words.say(label, language), "value": value}


def _signature(manifest: bytes) -> bytes:
    own, *others = x509.load_pem_x509_certificates(secret("APPLE_WALLET_CERTIFICATES").encode())
    key: Any = load_pem_private_key(secret("APPLE_WALLET_KEY").encode(), None)
    builder = pkcs7.PKCS7SignatureBuilder().set_data(manifest).add_signer(own, key, hashes.SHA256())
    for other in others:
        builder = builder.add_certificate(other)
    return builder.sign(Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary])
