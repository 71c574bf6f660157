"""What a delivery costs, beside others and at full size: `./dev bench [NAME]`. See docs/performance.md."""
