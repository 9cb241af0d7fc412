"""LocalStack's Lambda, whose ListLayers also answers when a layer has lost all its versions, as after `terraform destroy`."""

from __future__ import annotations

from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.api.lambda_ import LayersListItem, ListLayersResponse
from localstack.services.lambda_ import api_utils
from localstack.services.lambda_.invocation.models import lambda_stores
from localstack.services.lambda_.provider import LambdaProvider, ValidationException
from localstack.utils.collections import PaginatedList


class ListedLayers(LambdaProvider):  # type: ignore[misc]
    """A layer without versions is kept, because its numbers go on when it is published again, and is not listed.

    https://docs.aws.amazon.com/lambda/latest/api/API_ListLayers.html
    """

    def list_layers(
        self,
        context: RequestContext,
        compatible_runtime: str | None = None,
        marker: str | None = None,
        max_items: int | None = None,
        compatible_architecture: str | None = None,
        **kwargs: Any,
    ) -> ListLayersResponse:
        invalid = [
            error
            for error in (
                api_utils.validate_layer_architecture(compatible_architecture),
                api_utils.validate_layer_runtime(compatible_runtime),
            )
            if error
        ]
        if invalid:
            raise ValidationException(
                f"{len(invalid)} validation error{'s' if len(invalid) > 1 else ''} detected: {';'.join(invalid)}"
            )
        found = PaginatedList()
        for name, layer in sorted(lambda_stores[context.account_id][context.region].layers.items()):
            matching = [
                version
                for version in layer.layer_versions.values()
                if compatible_runtime in (None, *(version.compatible_runtimes or ()))
                and compatible_architecture in (None, *(version.compatible_architectures or ()))
            ]
            if matching:
                latest = api_utils.map_layer_out(max(matching, key=lambda version: version.version))
                found.append(LayersListItem(LayerName=name, LayerArn=layer.arn, LatestMatchingVersion=latest))
        page, token = found.get_page(lambda item: item["LayerName"], marker, max_items)
        return ListLayersResponse(NextMarker=token, Layers=page)
