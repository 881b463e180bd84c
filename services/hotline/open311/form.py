"""The form of POST requests.json, as the API's document lists it."""

from __future__ import annotations

from services.hotline.open311.report import FORM

NEEDED = ["api_key", "service_code"]
FIELDS = {
    name: {"type": "string", "description": text}
    for name, text in {
        "api_key": "The app's key.",
        "jurisdiction_id": "Not needed: one unit answers here.",
        "service_code": "A code of services.json.",
        "lat": "WGS84; with `long`, or an address.",
        "long": "WGS84.",
        "address_string": "Where, in words.",
        "address_id": "Where, by a number of the office's own register.",
        "description": "What is reported, at most 4,000 characters.",
        "media_url": "The address of a picture (http or https).",
        "first_name": "Given name.",
        "last_name": "Family name.",
        "phone": "Telephone.",
        "email": "E-mail address.",
        "device_id": "The device: part of what makes a repetition one. It is not kept.",
        "account_id": "Not kept.",
    }.items()
}
FORM_BODY = {
    "requestBody": {
        "required": True,
        "content": {FORM: {"schema": {"type": "object", "required": NEEDED, "properties": FIELDS}}},
    }
}
