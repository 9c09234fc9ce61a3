from local.openapi import answers, examples
from local.openapi.described import Described

TAG = "Accounts"

ROUTES = {
    "POST /register": Described(
        TAG,
        "Create an account and sign in",
        answers.Registered,
        "The account and its token.",
        {
            "a customer": {
                "success": True,
                "message": "Welcome to Tiketi Tamasha.",
                "access_token": examples.ACCESS_TOKEN,
                "user": examples.USER,
                **examples.USER,
            }
        },
        requests={"a customer": examples.REGISTRATION, "an organizer": {**examples.REGISTRATION, "role": "organizer"}},
    ),
    "POST /login": Described(
        TAG,
        "Sign in",
        answers.Session,
        "The account and a new token.",
        {
            "signed in": {
                "success": True,
                "message": "You are signed in.",
                "access_token": examples.ACCESS_TOKEN,
                "user": examples.USER,
            }
        },
        requests={"sign in": {"email": examples.REGISTRATION["email"], "password": examples.REGISTRATION["password"]}},
    ),
    "GET /user": Described(TAG, "Read the account", answers.User, "The account.", {"the account": examples.USER}),
    "PUT /user": Described(
        TAG,
        "Change the account",
        answers.UserUpdated,
        "The account as it is now.",
        {
            "changed": {
                "message": "Your profile is updated.",
                "user": {**examples.USER, "name": "Achieng O.", "profile": {"name": "Achieng O."}},
            }
        },
        requests={
            "another name": {"name": "Achieng O."},
            "another phone": {"phone_number": "0733 000 111"},
            "messages in Swahili": {"language": "sw"},
        },
        description="Send what changes. Role and password cannot be changed here.",
    ),
    "DELETE /user": Described(
        TAG,
        "Delete the account",
        answers.Done,
        "The account is gone, its e-mail address free again.",
        {"deleted": {"message": "Your account is deleted."}},
        description="Orders, payments and tickets stay on the books. Not possible while a payment is open, or while an "
        "organizer has events that are not over.",
    ),
}
