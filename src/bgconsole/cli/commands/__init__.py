"""The commands, one module for each thing they are about; loaded when one of them is named."""
