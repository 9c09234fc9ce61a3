"""The words of every refusal, English and Swahili, with its HTTP status: one table for all functions."""

from typing import Literal, NamedTuple

Language = Literal["en", "sw"]


class Words(NamedTuple):
    status: int
    en: str
    sw: str


REFUSALS: dict[str, Words] = {
    # The request itself
    "broken_json": Words(400, "The body is not valid JSON: {detail}.", "Mwili wa ombi si JSON sahihi: {detail}."),
    "not_an_object": Words(400, "Send a JSON object.", "Tuma kitu cha JSON (object)."),
    "not_a_callback": Words(
        400,
        "This is not an STK callback: it has no Body.stkCallback with a ResultCode.",
        "Hii si STK callback: haina Body.stkCallback yenye ResultCode.",
    ),
    "not_a_confirmation": Words(
        400,
        "This is not a C2B confirmation: it has no TransID, or no TransAmount in whole shillings.",
        "Hii si uthibitisho wa C2B: haina TransID, au TransAmount ya shilingi kamili.",
    ),
    "not_a_result": Words(
        400,
        "This is not a Result: it has no Result with a ResultCode.",
        "Hii si Result: haina Result yenye ResultCode.",
    ),
    "wrong_content_type": Words(415, "Send the body as application/json.", "Tuma mwili wa ombi kama application/json."),
    "body_too_large": Words(413, "The body is larger than {limit} bytes.", "Mwili wa ombi umezidi baiti {limit}."),
    "invalid_input": Words(422, "Some fields need your attention: {fields}.", "Sehemu hizi zina kasoro: {fields}."),
    "unknown_route": Words(404, "There is nothing at {method} {path}.", "Hakuna kitu kwenye {method} {path}."),
    "search_needs_words": Words(400, "Say what to search for: ?q=…", "Andika unachotafuta: ?q=…"),
    "bad_cursor": Words(
        400,
        "This cursor is not one of ours; start from the first page.",
        "Kiashiria hiki si chetu; anza ukurasa wa kwanza.",
    ),
    # Who asks
    "wrong_credentials": Words(401, "E-mail or password is wrong.", "Barua pepe au nenosiri si sahihi."),
    "not_signed_in": Words(401, "Sign in first.", "Ingia kwanza."),
    "organizers_only": Words(403, "Only organizers can do this.", "Waandaaji pekee ndio wanaoweza kufanya hivi."),
    "not_your_event": Words(
        403, "Only the event's own organizer can change it.", "Mwandaaji wa tukio pekee ndiye anayeweza kulibadilisha."
    ),
    "email_taken": Words(
        409, "An account with this e-mail exists already.", "Tayari kuna akaunti yenye barua pepe hii."
    ),
    "account_has_events": Words(
        409,
        "You still have events that are not over. Delete them first.",
        "Bado una matukio ambayo hayajaisha. Yafute kwanza.",
    ),
    "account_has_open_payment": Words(
        409,
        "A payment of yours is still under way. Try again in a few minutes.",
        "Bado una malipo yanayoendelea. Jaribu tena baada ya dakika chache.",
    ),
    "gate_staff_may_only_scan": Words(
        403, "Gate staff can scan tickets, and nothing else.", "Wahudumu wa lango wanaweza kukagua tiketi tu."
    ),
    "gate_staff_only": Words(
        403, "Only gate staff of this event can do this.", "Wahudumu wa lango wa tukio hili pekee ndio wanaoweza."
    ),
    "wrong_invite": Words(
        401,
        "This invitation is not known. Open the link you were sent, or ask the organizer for a new one.",
        "Mwaliko huu haujulikani. Fungua kiungo ulichotumiwa, au mwombe mwandaaji mwingine.",
    ),
    "staff_revoked": Words(
        403,
        "The organizer has withdrawn this invitation.",
        "Mwandaaji ameondoa mwaliko huu.",
    ),
    # What is asked for
    "event_not_found": Words(404, "There is no such event.", "Hakuna tukio kama hilo."),
    "order_not_found": Words(404, "There is no such order.", "Hakuna oda kama hiyo."),
    "payment_not_found": Words(404, "There is no such payment.", "Hakuna malipo kama hayo."),
    "user_not_found": Words(404, "There is no such user.", "Hakuna mtumiaji kama huyo."),
    "staff_not_found": Words(404, "There is no such gate staff.", "Hakuna mhudumu wa lango kama huyo."),
    "not_found": Words(404, "Not found.", "Haipatikani."),
    "event_has_sales": Words(
        409,
        "Tickets of this event are sold or being paid for, so it cannot be deleted.",
        "Tiketi za tukio hili zimeuzwa au zinalipiwa, kwa hivyo haliwezi kufutwa.",
    ),
    "tier_has_sales": Words(
        409,
        "Tickets of {ticket_type} are sold or being paid for: keep at least {minimum}.",
        "Tiketi za {ticket_type} zimeuzwa au zinalipiwa: bakiza angalau {minimum}.",
    ),
    "changed_meanwhile": Words(
        409,
        "Somebody changed this at the same moment. Load it again.",
        "Kuna aliyebadilisha wakati huo huo. Pakia tena.",
    ),
    # At the gate
    "not_admitted": Words(409, "Nobody was let in with this ticket.", "Hakuna aliyeruhusiwa kuingia kwa tiketi hii."),
    "too_many_staff": Words(409, "An event has at most {most} invitations.", "Tukio lina mialiko isiyozidi {most}."),
    # Selling
    "sold_out": Words(409, "{ticket_type} is sold out.", "{ticket_type} zimeisha."),
    "too_few_left": Words(
        409,
        "Fewer than {quantity} tickets of {ticket_type} are left.",
        "Zimebaki chini ya tiketi {quantity} za {ticket_type}.",
    ),
    "sales_not_open": Words(
        409, "Sales of {ticket_type} open at {sales_start}.", "Mauzo ya {ticket_type} yanaanza {sales_start}."
    ),
    "sales_closed": Words(409, "Sales of {ticket_type} are closed.", "Mauzo ya {ticket_type} yamefungwa."),
    "event_over": Words(409, "This event is over.", "Tukio hili limekwisha."),
    "event_cancelled": Words(409, "This event is cancelled.", "Tukio hili limeghairiwa."),
    "not_cancelled": Words(404, "This event is not cancelled.", "Tukio hili halijaghairiwa."),
    "event_not_published": Words(
        409,
        "This event is a draft. Publish it first, then give its tickets away.",
        "Tukio hili bado ni rasimu. Lichapishe kwanza, kisha utoe tiketi zake.",
    ),
    "sales_stopped": Words(
        409,
        "The organizer has stopped the sale of these tickets.",
        "Mwandaaji amesimamisha mauzo ya tiketi hizi.",
    ),
    # Giving tickets back
    "order_not_completed": Words(409, "This order has no tickets to give back.", "Oda hii haina tiketi za kurudisha."),
    "no_cancellation": Words(
        409,
        "The organizer of this event does not take tickets back.",
        "Mwandaaji wa tukio hili hapokei tiketi zinazorudishwa.",
    ),
    "cancellation_closed": Words(
        409, "Tickets could be given back until {until}.", "Tiketi ziliweza kurudishwa hadi {until}."
    ),
    "tickets_used": Words(
        409,
        "Somebody was admitted with a ticket of this order, so it cannot be given back.",
        "Kuna aliyeingia kwa tiketi ya oda hii, kwa hivyo haiwezi kurudishwa.",
    ),
    "tickets_passed_on": Words(
        409,
        "A ticket of this order belongs to somebody else now. The order can be given back once you have it again.",
        "Tiketi moja ya oda hii sasa ni ya mtu mwingine. Oda inaweza kurudishwa ukiipata tena.",
    ),
    "tickets_ended": Words(
        409,
        "No ticket of this order is valid any more, so it cannot be given back.",
        "Hakuna tiketi ya oda hii iliyo halali tena, kwa hivyo haiwezi kurudishwa.",
    ),
    "order_too_large_to_cancel": Words(
        409,
        "An order of more than {most} tickets is given back through the organizer.",
        "Oda ya tiketi zaidi ya {most} hurudishwa kupitia mwandaaji.",
    ),
    # Tickets
    "ticket_not_found": Words(404, "There is no such ticket.", "Hakuna tiketi kama hiyo."),
    "ticket_used": Words(
        409, "Somebody was let in with this ticket already.", "Tayari kuna aliyeingia kwa tiketi hii."
    ),
    "ticket_ended": Words(
        409, "This ticket is no longer valid, so nothing can be done with it.", "Tiketi hii si halali tena."
    ),
    "recipient_not_found": Words(
        404,
        "Nobody has an account with this e-mail yet. Ask the person to register first.",
        "Hakuna akaunti yenye barua pepe hii bado. Mwombe mtu huyo ajisajili kwanza.",
    ),
    "recipient_has_it": Words(409, "This ticket is yours already.", "Tiketi hii tayari ni yako."),
    "order_without_tickets": Words(
        409, "This order has no tickets, or not yet.", "Agizo hili halina tiketi, au bado hazijatolewa."
    ),
    "no_such_wallet": Words(
        404, "Tickets cannot be put into this wallet here.", "Tiketi haziwezi kuwekwa kwenye pochi hii hapa."
    ),
    "ticket_admits_nobody": Words(
        410,
        "This ticket admits nobody any more, so it has no QR code.",
        "Tiketi hii hairuhusu tena mtu kuingia, kwa hivyo haina msimbo wa QR.",
    ),
    "customer_limit": Words(
        409,
        "One customer may have {most} {ticket_type} tickets, over all orders: with this order you would have more.",
        "Mteja mmoja anaweza kuwa na tiketi {most} za {ticket_type}, kwa oda zote: kwa oda hii ungezidisha.",
    ),
    "payment_in_progress": Words(
        409,
        "A payment is already waiting on this phone. Finish or cancel it first.",
        "Kuna malipo yanayosubiri kwenye simu hii. Kamilisha au ghairi kwanza.",
    ),
    "request_in_progress": Words(
        409, "This very request is being worked on. Ask again shortly.", "Ombi hili linashughulikiwa. Uliza tena punde."
    ),
    "idempotency_key_reused": Words(
        422,
        "This Idempotency-Key was used with a different body.",
        "Idempotency-Key hii ilitumika na ombi tofauti.",
    ),
    "too_many_attempts": Words(
        409,
        "This purchase was refused too often. Start a new one.",
        "Ununuzi huu umekataliwa mara nyingi mno. Anza mwingine.",
    ),
    "took_too_long": Words(
        503,
        "This took too long, so we did not ask for your money. Try again.",
        "Hii imechukua muda mrefu, kwa hivyo hatukuomba pesa zako. Jaribu tena.",
    ),
    "stock_moving": Words(
        409,
        "The last tickets of {ticket_type} are changing hands at this moment. Try again in a few seconds.",
        "Tiketi za mwisho za {ticket_type} zinabadilisha mikono sasa hivi. Jaribu tena baada ya sekunde chache.",
    ),
    # Sending tickets once more
    "no_tickets_to_send": Words(
        409, "This order has no valid tickets to send.", "Oda hii haina tiketi halali za kutuma."
    ),
    "too_many_resends": Words(
        429,
        "Tickets of an order are sent at most {most} times an hour. Look into your messages, or try again later.",
        "Tiketi za oda hutumwa mara {most} tu kwa saa. Angalia ujumbe wako, au jaribu tena baadaye.",
    ),
    "too_many_gifts": Words(
        429,
        "You can give tickets away {most} times an hour. Try again later.",
        "Unaweza kutoa tiketi mara {most} kwa saa. Jaribu tena baadaye.",
    ),
    "too_many_transfers": Words(
        429,
        "You can pass tickets on {most} times an hour. Try again later.",
        "Unaweza kuhamisha tiketi mara {most} kwa saa. Jaribu tena baadaye.",
    ),
    "too_many_invitations": Words(
        429,
        "You can invite people to the gates {most} times an hour. Go on after {until}.",
        "Unaweza kualika watu wa langoni mara {most} kwa saa. Endelea baada ya {until}.",
    ),
    "too_many_moves": Words(
        429,
        "Everybody with a ticket is told of a new time or place, so you can change them {most} times an hour. "
        "Change them again after {until}.",
        "Kila mwenye tiketi huarifiwa wakati au mahali papya, kwa hivyo unaweza kuvibadilisha mara {most} kwa saa. "
        "Vibadilishe tena baada ya {until}.",
    ),
    # M-PESA
    "mpesa_busy": Words(
        503,
        "M-PESA is busy. You were not charged; try again in a minute.",
        "M-PESA ina shughuli nyingi. Hukutozwa; jaribu tena baada ya dakika moja.",
    ),
    "mpesa_unavailable": Words(
        503,
        "M-PESA cannot be reached. You were not charged; try again in a minute.",
        "M-PESA haipatikani. Hukutozwa; jaribu tena baada ya dakika moja.",
    ),
    "mpesa_subscriber_busy": Words(
        409,
        "Another M-PESA transaction is open on this phone. Try again in a minute.",
        "Kuna muamala mwingine wa M-PESA kwenye simu hii. Jaribu tena baada ya dakika moja.",
    ),
    "mpesa_refused": Words(
        422,
        "M-PESA did not accept the payment for this phone number. Check the number.",
        "M-PESA haikukubali malipo ya nambari hii. Kagua nambari.",
    ),
    # Us
    "busy": Words(
        503, "Too many requests at this moment. Try again shortly.", "Maombi ni mengi kwa sasa. Jaribu tena punde."
    ),
    "internal_error": Words(
        500,
        "Something went wrong on our side. Quote the request id.",
        "Kuna hitilafu upande wetu. Taja nambari ya ombi (request id).",
    ),
}

CONFIRMATIONS: dict[str, dict[Language, str]] = {
    "registered": {"en": "Welcome to Tiketi Tamasha.", "sw": "Karibu Tiketi Tamasha."},
    "signed_in": {"en": "You are signed in.", "sw": "Umeingia."},
    "user_updated": {"en": "Your profile is updated.", "sw": "Wasifu wako umesasishwa."},
    "user_deleted": {"en": "Your account is deleted.", "sw": "Akaunti yako imefutwa."},
    "tickets_resent": {
        "en": "Your tickets are on their way by SMS and e-mail.",
        "sw": "Tiketi zako zinatumwa kwa SMS na barua pepe.",
    },
    "ticket_transferred": {
        "en": "The ticket has a new holder. Your own code and QR code admit nobody any more.",
        "sw": "Tiketi ina mmiliki mpya. Msimbo na QR yako haviruhusu tena mtu kuingia.",
    },
    "ticket_voided": {"en": "The ticket is void.", "sw": "Tiketi imebatilishwa."},
    "tickets_given": {
        "en": "The tickets are on their way to their holder by SMS and e-mail.",
        "sw": "Tiketi zinatumwa kwa mmiliki kwa SMS na barua pepe.",
    },
    "event_updated": {"en": "The event is updated.", "sw": "Tukio limesasishwa."},
    "event_published": {"en": "The event is published.", "sw": "Tukio limechapishwa."},
    "event_unpublished": {"en": "The event is a draft again.", "sw": "Tukio limerudi kuwa rasimu."},
    "event_deleted": {"en": "The event is deleted.", "sw": "Tukio limefutwa."},
    "staff_revoked": {"en": "The invitation is withdrawn.", "sw": "Mwaliko umeondolewa."},
    "check_in_undone": {
        "en": "The ticket admits again.",
        "sw": "Tiketi inaruhusu kuingia tena.",
    },
    "upcoming_events": {"en": "Your upcoming events.", "sw": "Matukio yako yajayo."},
    "no_upcoming_events": {"en": "You have no upcoming events.", "sw": "Huna matukio yajayo."},
}
"""What is said when all went well, where the web client shows it."""

FIELD_WORDS_SW: dict[str, str] = {
    "missing": "Sehemu hii inahitajika.",
    "extra_forbidden": "Sehemu hii haijulikani.",
    "email": "Andika barua pepe sahihi.",
    "phone_number": "Andika nambari ya simu ya Kenya, kama 0712 345 678.",
    "string_too_short": "Angalau herufi {min_length}.",
    "string_too_long": "Zisizidi herufi {max_length}.",
    "int_parsing": "Andika namba kamili.",
    "int_type": "Andika namba kamili.",
    "string_type": "Andika maandishi.",
    "greater_than_equal": "Isiwe chini ya {ge}.",
    "less_than_equal": "Isizidi {le}.",
    "whole_shillings": "Bei ni shilingi kamili.",
    "literal_error": "Chagua moja: {expected}.",
    "unknown_tier": "Tukio hili halina tiketi za aina hii.",
    "date_time": "Andika tarehe na saa, kama 2026-12-24T18:00.",
    "ends_before_start": "Mwisho uwe baada ya mwanzo.",
    "already_over": "Tukio lingekuwa limekwisha tayari.",
    "event_too_long": "Tukio lisizidi siku {days}.",
    "too_many_tags": "Lebo zisizidi {most}.",
    "tag_too_long": "Lebo isizidi herufi {most}.",
    "too_many_words": "Andika mahali kwa maneno yasiyozidi {most}.",
    "web_address": "Andika anwani ya tovuti inayoanza na https:// au http://.",
    "tier_name": "Ipe aina hii ya tiketi jina.",
    "dict_type": "Tuma kitu chenye jina la kila aina ya tiketi na bei yake.",
    "no_tiers": "Ipe angalau aina moja ya tiketi bei.",
    "too_long": "Zisizidi {max_length}.",
    "total_too_small": "Aina zote zina tiketi {claimed}, zaidi ya jumla ya {total}.",
    "nothing_left": "Aina nyingine zinachukua tiketi {claimed} kati ya {total}; hakuna zinazobaki kwa {tiers}.",
    "token_or_code": "Tuma tokeni au msimbo wa tiketi, mmoja tu.",
    "phone_or_email": "Andika nambari ya simu au barua pepe ya kutumia mwaliko.",
    "string_pattern_mismatch": "Ina herufi zisizoruhusiwa.",
    "page_too_deep": "Baada ya ukurasa wa {most}, fuata next_cursor.",
}
"""By the type of a pydantic error, or the code of our own; any other is answered in English."""

FIELD_WORDS_EN: dict[str, str] = {
    "missing": "This is needed.",
    "string_too_short": "At least {min_length} characters.",
    "string_too_long": "At most {max_length} characters.",
    "int_parsing": "A whole number, please.",
    "int_from_float": "A whole number, please.",
    "int_type": "A whole number, please.",
    "string_type": "Text, please.",
    "string_pattern_mismatch": "It has characters that are not allowed.",
    "greater_than_equal": "Not less than {ge}.",
    "less_than_equal": "Not more than {le}.",
    "literal_error": "One of {expected}, please.",
    "dict_type": "An object with a name and a price for each type of ticket, please.",
    "too_long": "At most {max_length}.",
}
"""Better words for errors of pydantic's own; our own bring theirs along."""


def language_of(accept_language: str) -> Language:
    """The first language of an Accept-Language header that is English or Swahili; English when none is."""
    for part in accept_language.lower().split(","):
        tag = part.split(";")[0].strip()
        if tag.startswith("sw"):
            return "sw"
        if tag.startswith("en"):
            return "en"
    return "en"


def say(code: str, language: Language, params: dict[str, object]) -> str:
    words = REFUSALS[code]
    return (words.sw if language == "sw" else words.en).format_map(params)


def confirm(code: str, language: Language) -> str:
    return CONFIRMATIONS[code][language]
