"""Why an order did not come to tickets, in words a customer can act on."""

from tiketi.messages import REFUSALS, Language

REASONS: dict[str, tuple[str, str]] = {
    "insufficient_funds": (
        "There was not enough money in the M-PESA account. Top up and try again.",
        "Salio la M-PESA halikutosha. Ongeza salio kisha ujaribu tena.",
    ),
    "amount_refused": (
        "M-PESA does not take this amount in one payment.",
        "M-PESA haipokei kiasi hiki kwa malipo mamoja.",
    ),
    "daily_limit_reached": (
        "The M-PESA account has reached its limit for today. Try again tomorrow or with another number.",
        "Akaunti ya M-PESA imefikia kikomo cha leo. Jaribu kesho au kwa nambari nyingine.",
    ),
    "account_inactive": (
        "This M-PESA account cannot pay at the moment. Call Safaricom on 100, or use another number.",
        "Akaunti hii ya M-PESA haiwezi kulipa kwa sasa. Piga Safaricom 100, au tumia nambari nyingine.",
    ),
    "account_locked": (
        "This M-PESA account is locked. Call Safaricom on 100, or use another number.",
        "Akaunti hii ya M-PESA imefungwa. Piga Safaricom 100, au tumia nambari nyingine.",
    ),
    "too_soon_after_another": (
        "M-PESA refuses the same amount twice within two minutes. Wait two minutes and try again.",
        "M-PESA hukataa kiasi kilekile mara mbili ndani ya dakika mbili. Subiri dakika mbili kisha ujaribu tena.",
    ),
    "cancelled_by_customer": (
        "The payment was cancelled on the phone. Try again whenever you like.",
        "Malipo yalighairiwa kwenye simu. Jaribu tena ukipenda.",
    ),
    "wrong_pin": (
        "The M-PESA PIN was wrong. Try again; three wrong PINs lock the account.",
        "PIN ya M-PESA haikuwa sahihi. Jaribu tena; PIN mbaya mara tatu hufunga akaunti.",
    ),
    "not_an_mpesa_customer": (
        "This number is not registered with M-PESA. Use another number.",
        "Nambari hii haijasajiliwa na M-PESA. Tumia nambari nyingine.",
    ),
    "no_answer": (
        "Nobody answered the M-PESA prompt. Keep the phone on and unlocked, and try again.",
        "Hakuna aliyejibu ombi la M-PESA. Washa simu na uifungue, kisha ujaribu tena.",
    ),
    "expired": (
        "The payment did not arrive in time, so the tickets went back on sale. You were not charged; if M-PESA says "
        "otherwise, the money is matched to this order when it arrives.",
        "Malipo hayakufika kwa wakati, kwa hivyo tiketi zimerudi sokoni. Hukutozwa; M-PESA ikisema vinginevyo, pesa "
        "zitalinganishwa na oda hii zitakapofika.",
    ),
    "cancelled_by_request": (
        "You gave this order back. If it is to be refunded, the money is on its way.",
        "Umerudisha oda hii. Ikiwa kuna pesa za kurudishwa, ziko njiani.",
    ),
    "event_cancelled": (
        "The event was cancelled. If you paid, all of your money is on its way back.",
        "Tukio limeghairiwa. Kama ulilipa, pesa zako zote zinarudishwa.",
    ),
    "customer_limit": (
        "Your other orders already have as many tickets of this type as one customer may have.",
        "Oda zako nyingine tayari zina tiketi zote za aina hii ambazo mteja mmoja anaweza kuwa nazo.",
    ),
    "limit_before_payment": (
        "Your payment arrived late, when your other orders had all the tickets of this type that one customer may "
        "have. Your money is on its way back.",
        "Malipo yako yalichelewa, na oda zako nyingine tayari zina tiketi zote za aina hii ambazo mteja mmoja anaweza "
        "kuwa nazo. Pesa zako zinarudishwa.",
    ),
    "sold_out_before_payment": (
        "Your payment arrived after the tickets were gone. Your money is on its way back.",
        "Malipo yako yalifika baada ya tiketi kuisha. Pesa zako zinarudishwa.",
    ),
}


def explain(reason: str, language: Language) -> str | None:
    """The words for a reason; None when there is none to give. A refusal's code is a reason as well."""
    if reason in REASONS:
        return REASONS[reason][language == "sw"]
    words = REFUSALS.get(reason)
    return (words.sw if language == "sw" else words.en) if words and "{" not in words.en else None
