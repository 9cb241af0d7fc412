# Files of registered places: Athena reads and writes them with credentials that Lake Formation gives for the caller, who has to
# be let ask for them. https://docs.aws.amazon.com/lake-formation/latest/dg/access-control-underlying-data.html
locals {
  lake_formation_statements = var.registered_locations ? [
    {
      Sid      = "RegisteredFiles"
      Effect   = "Allow"
      Action   = ["lakeformation:GetDataAccess"]
      Resource = ["*"]
    },
  ] : []
}
