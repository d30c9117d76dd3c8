# shellcheck shell=bash disable=SC2034 # Spark's own scripts read these
# Settings of Spark's own cluster for SeqLM: a copy of this goes to SPARK_HOME/conf/spark-env.sh on every machine, and its
# values are changed there. deploy/standalone/start, the units beside it and Spark's sbin/start-all.sh read it.

# The master's address, as workers and who submits write it: spark://MASTER:7077.
#SPARK_MASTER_HOST=spark-master.example.com
#SPARK_MASTER_PORT=7077
#SPARK_MASTER_WEBUI_PORT=8080

# What a worker offers. Executors' memory beside their heap (the networks, the natives) is not counted: leave as much again
# as all heaps together, and 1 GB for the page cache of the natives.
#SPARK_WORKER_CORES=16
#SPARK_WORKER_MEMORY=24g
#SPARK_WORKER_WEBUI_PORT=8081
# Where shuffles and spills go, and what executors and drivers say: disks with room.
#SPARK_LOCAL_DIRS=/scratch/spark
#SPARK_WORKER_DIR=/scratch/spark-work

# GPUs of this worker, of which an executor is given its own: spark.executor.resource.gpu.amount
# (conf/overlays/standalone.conf).
gpu=""
#gpu="-Dspark.worker.resource.gpu.amount=2 -Dspark.worker.resource.gpu.discoveryScript=/opt/seqlm/deploy/gpu/discover"

# cleanup: folders of applications that ended more than a day (86400 s) ago are removed, every half hour.
# shuffle.service: with spark.shuffle.service.enabled of the application, shuffles outlive the executors that wrote them;
# with spark.local.dir, where it keeps what it knows, they also outlive the worker's process.
# decommission: told to stop (SIGPWR), a worker hands over what it has to others, and takes nothing new.
SPARK_WORKER_OPTS="-Dspark.worker.cleanup.enabled=true -Dspark.worker.cleanup.appDataTtl=86400 \
-Dspark.shuffle.service.enabled=true -Dspark.local.dir=${SPARK_LOCAL_DIRS:-/tmp} -Dspark.decommission.enabled=true $gpu"

# A master that is started again knows its workers, applications and drivers.
#SPARK_MASTER_OPTS="-Dspark.deploy.recoveryMode=FILESYSTEM -Dspark.deploy.recoveryDirectory=/var/lib/spark/recovery"

# A common secret (spark.authenticate, spark.authenticate.secret) does not belong here, where `ps` shows it: masters and
# workers read it from SPARK_HOME/conf/spark-defaults.conf, which only their user can read.
