output "statements" {
  description = "Statements of the role's policy."
  value       = local.statements
}

output "target" {
  description = "Folder of the processed bucket that jobs write to."
  value       = local.target
}
