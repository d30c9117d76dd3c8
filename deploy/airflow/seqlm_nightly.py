"""A nightly retraining from scratch: prepare, train, evaluate, each one a spark-submit in client mode on YARN.

Works with Airflow 2 and 3. Variables to set: seqlm_home (a checkout of this repository on the workers), seqlm_corpus (for
instance hdfs:///corpora/news/*.gz) and seqlm_store (where the results go; each night writes a folder of its own, named by the
logical date). Exit codes reach the log: 2 configuration, 3 data, 4 diverged and 5 platform; only the last gets better when
it is tried again.
"""

from datetime import datetime, timedelta

from airflow import DAG

try:
    from airflow.providers.standard.operators.bash import BashOperator
except ImportError:  # Airflow 2
    from airflow.operators.bash import BashOperator

STORE = "{{ var.value.seqlm_store }}/{{ ds_nodash }}"
SUBMIT = "{{ var.value.seqlm_home }}/bin/seqlm %s --master yarn"

with DAG(
    dag_id="seqlm_nightly",
    schedule="0 2 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 1, "retry_delay": timedelta(minutes=10)},
) as dag:
    prepare = BashOperator(
        task_id="prepare",
        bash_command=SUBMIT % "prepare"
        + f" --input '{{{{ var.value.seqlm_corpus }}}}' --output {STORE}/dataset --tokenizer word",
    )
    train = BashOperator(
        task_id="train",
        bash_command=SUBMIT % "train" + f" --input {STORE}/dataset --output {STORE}/run",
    )
    evaluate = BashOperator(
        task_id="evaluate",
        bash_command=SUBMIT % "evaluate"
        + f" --input {STORE}/dataset --split test --model {STORE}/run --json {STORE}/evaluation.json --overwrite",
    )
    prepare >> train >> evaluate
