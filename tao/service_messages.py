"""The messages about services that watch trainings, alike in TAO's networks; in the notation of ``message_table``."""

SERVICES = """
WandB
  enabled bool 1
  key str 2
  project str 3
  entity str 4
  reinit bool 5
  name str 6
  tags str* 7
  wandb_dir str 8
  notes str 9
  mode ONLINE|OFFLINE|DISABLED 10
ClearML
  project str 1
  task str 2
  tags str* 3
  reuse_last_task_id bool 4
  continue_last_task bool 5
  deferred_init bool 6
"""
