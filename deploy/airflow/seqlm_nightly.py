"""A night of retraining: `seqlm retrain`, a spark-submit in client mode on YARN.

Works with Airflow 2 and 3. Variables to set: seqlm_home (a checkout of this repository on the workers), seqlm_input (for
instance hdfs:///text/news, with folders dt=YYYY-MM-DD), seqlm_registry (for instance hdfs:///models/news) and, if wanted,
seqlm_config (a YAML file of keys of conf/retrain.yaml).

The task is tried again on exit codes 5, 130 and 143, which may get better: a night goes on where it was. On 2, 3 and 4
(configuration, text, diverged) it fails at once. Where the champion stays, what is behind the task is skipped.
"""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.exceptions import AirflowFailException

try:
    from airflow.providers.standard.operators.bash import BashOperator
except ImportError:  # Airflow 2
    from airflow.operators.bash import BashOperator

KEPT = 99
FOR_EVER = {2, 3, 4}


class Retrain(BashOperator):
    """Tells exit codes that no other try mends from those that one may."""

    def execute(self, context):
        try:
            return super().execute(context)
        except Exception as failure:
            # Airflow tells the code in the message alone.
            for code in FOR_EVER:
                if f"exit code {code}." in str(failure):
                    raise AirflowFailException(str(failure)) from failure
            raise


with DAG(
    dag_id="seqlm_nightly",
    schedule="0 2 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 3, "retry_delay": timedelta(minutes=10)},
) as dag:
    retrain = Retrain(
        task_id="retrain",
        # The night is the logical date: a run at 02:00 has yesterday's.
        bash_command="{{ var.value.seqlm_home }}/bin/seqlm retrain --master yarn --deploy-mode client"
        " --night {{ ds }}"
        " --registry '{{ var.value.seqlm_registry }}' --input '{{ var.value.seqlm_input }}'"
        " {% set config = var.value.get('seqlm_config', '') %}{% if config %}--config '{{ config }}'{% endif %}"
        f" --exit-on-kept {KEPT}",
        skip_on_exit_code=KEPT,
    )
