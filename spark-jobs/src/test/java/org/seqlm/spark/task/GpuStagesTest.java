package org.seqlm.spark.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.TaskResourceProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.seqlm.ExitCode;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.kernels.KernelSet;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Execution.Device;
import org.seqlm.neural.learner.Precision;
import org.seqlm.spark.task.GpuStages.Ask;

/** Which stages ask for GPUs, by Spark's settings. */
class GpuStagesTest {
  private static final Execution AUTO = execution(Device.AUTO, 1);

  private static Execution execution(Device device, int workersPerGpu) {
    return new Execution(device, Precision.FLOAT32, KernelSet.NATIVE, workersPerGpu);
  }

  private static SparkConf conf(String... settings) {
    SparkConf conf = new SparkConf(false).set("spark.master", "spark://host:7077");
    for (int i = 0; i < settings.length; i += 2) {
      conf.set(settings[i], settings[i + 1]);
    }
    return conf;
  }

  private static SparkConf ofExecutors(String gpus, String... more) {
    return conf(more).set("spark.executor.resource.gpu.amount", gpus);
  }

  private static SparkConf ofOwnExecutors(String gpus, String... more) {
    return conf(more)
        .set("spark.seqlm.gpu.amount", gpus)
        .set("spark.dynamicAllocation.enabled", "true");
  }

  private static void assertRefused(SparkConf conf, Execution execution, String... parts) {
    UserException refused =
        catchThrowableOfType(UserException.class, () -> GpuStages.check(conf, execution));
    assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(refused.problems()).singleElement().asString().contains(parts);
  }

  @Test
  void whereExecutorsHaveGpusAndNoTaskTakesOne() {
    assertThat(GpuStages.ask(ofExecutors("2"), AUTO)).isEqualTo(Ask.OF_ALL_EXECUTORS);
    SparkConf zero = ofExecutors("1", "spark.task.resource.gpu.amount", "0");
    assertThat(GpuStages.ask(zero, AUTO)).isEqualTo(Ask.OF_ALL_EXECUTORS);
    assertThat(GpuStages.ask(ofExecutors("1"), execution(Device.CUDA, 1)))
        .isEqualTo(Ask.OF_ALL_EXECUTORS);
    assertThat(GpuStages.ask(ofOwnExecutors("4"), AUTO)).isEqualTo(Ask.OF_OWN_EXECUTORS);
  }

  @ParameterizedTest
  @CsvSource({
    "spark://host:7077, CPU, 1, 0, 1", // nothing is to compute on them
    "spark://host:7077, AUTO, 0, 0, 1", // there are none
    "spark://host:7077, AUTO, 1, 1, 1", // every task takes one
    "spark://host:7077, AUTO, 1, 0.5, 2",
    "spark://host:7077, CUDA, 1, 0, 2", // the tasks of an executor share what CUDA sees
    "local[4], AUTO, 1, 0, 1", // Spark deals out cores only
    "local, AUTO, 1, 0, 1",
  })
  void elsewhereSparksSettingsStand(
      String master, Device device, String ofExecutor, String ofTask, int workersPerGpu) {
    SparkConf conf = conf("spark.master", master);
    if (!ofExecutor.equals("0")) {
      conf.set("spark.executor.resource.gpu.amount", ofExecutor);
    }
    if (!ofTask.equals("0")) {
      conf.set("spark.task.resource.gpu.amount", ofTask);
    }
    assertThat(GpuStages.ask(conf, execution(device, workersPerGpu))).isEqualTo(Ask.NOTHING);
  }

  @Test
  void whatWouldLeaveGpusIdleIsRefused() {
    assertRefused(
        ofExecutors("1", "spark.dynamicAllocation.enabled", "true"),
        AUTO,
        "spark.seqlm.gpu.amount",
        "spark.task.resource.gpu.amount=1",
        "execution.device to cpu");
    assertRefused(
        ofExecutors("1"),
        execution(Device.AUTO, 2),
        "execution.workers-per-gpu is 2",
        "spark.task.resource.gpu.amount to 1/2");
    assertRefused(
        conf("spark.seqlm.gpu.amount", "1"), AUTO, "spark.dynamicAllocation.enabled is false");
    assertRefused(
        ofOwnExecutors("1", "spark.executor.resource.gpu.amount", "1"), AUTO, "leave one of them");
  }

  @Test
  void profilesSayWhatATaskTakesAndItsOwnExecutorsHave() {
    ResourceProfile ofAll = GpuStages.profile(ofExecutors("2"), Ask.OF_ALL_EXECUTORS, AUTO);
    // With requests of tasks only, Spark runs them on the executors that there are.
    assertThat(ofAll).isInstanceOf(TaskResourceProfile.class);
    assertThat(ofAll.taskResourcesJMap().get("gpu").amount()).isEqualTo(1);

    SparkConf conf =
        ofOwnExecutors(
            "4",
            "spark.seqlm.gpu.discoveryScript",
            "./discover",
            "spark.seqlm.gpu.vendor",
            "v.com");
    ResourceProfile own = GpuStages.profile(conf, Ask.OF_OWN_EXECUTORS, execution(Device.AUTO, 2));
    assertThat(own).isNotInstanceOf(TaskResourceProfile.class);
    assertThat(own.taskResourcesJMap().get("gpu").amount()).isEqualTo(0.5);
    assertThat(own.executorResourcesJMap().get("gpu"))
        .satisfies(
            gpu -> {
              assertThat(gpu.amount()).isEqualTo(4);
              assertThat(gpu.discoveryScript()).isEqualTo("./discover");
              assertThat(gpu.vendor()).isEqualTo("v.com");
            });
  }

  @Test
  void asManyTasksOfAProcessAsItHasGpusAndCores() {
    String[] cores = {"spark.executor.cores", "8"};
    assertThat(GpuStages.slotsOfProcess(ofExecutors("2", cores), AUTO, 1)).isEqualTo(2);
    assertThat(GpuStages.slotsOfProcess(ofExecutors("16", cores), AUTO, 1)).isEqualTo(8);
    assertThat(GpuStages.slotsOfProcess(ofOwnExecutors("2", cores), execution(Device.AUTO, 3), 1))
        .isEqualTo(6);
    assertThat(GpuStages.slotsOfProcess(ofExecutors("2", cores), Execution.CPU, 1)).isEqualTo(8);
  }

  /** Where all is one process. */
  @Test
  void withoutExecutorsAStageIsAsItWas() {
    GpuStages stages = GpuStages.of(TestSpark.context(), AUTO);
    JavaRDD<Integer> rdd = TestSpark.context().parallelize(List.of(1, 2));
    assertThat(stages.compute(rdd)).isSameAs(rdd);
    assertThat(rdd.getResourceProfile()).isNull();
    assertThat(stages.slots()).isEqualTo(2);
  }
}
