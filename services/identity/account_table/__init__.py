"""Spreadsheets of accounts: their columns, and the job of the sandbox that reads them."""
