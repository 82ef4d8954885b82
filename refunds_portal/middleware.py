"""What holds for every answer of the portal."""


class PrivatePagesMiddleware:
    """Nothing of a signed-in page stays in a shared computer's cache (ASVS 14.3.2)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response
