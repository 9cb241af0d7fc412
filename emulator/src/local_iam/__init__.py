"""IAM: a journal of calls, a policy simulator, and refusals in AWS's words. Knows neither LocalStack nor moto.

``permissions`` says which permissions an API call needs, ``athena`` those that Athena needs of its caller besides,
``journal`` keeps the calls of a run, ``simulator`` evaluates policies, ``enforcement`` refuses.
"""
