"""Who called what, whether IAM allows it, and what it says if not. Knows neither LocalStack nor moto.

``permissions`` says which permissions an API call needs, ``athena`` those that Athena needs of its caller besides,
``journal`` keeps the calls of a run, ``simulator`` evaluates policies, ``enforcement`` refuses.
"""
