package org.seqlm.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.apache.spark.SparkConf;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.job.cli.Devices;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;
import org.seqlm.spark.training.Engines;

/** A device that is not there is told of before a run begins, where the driver can know. */
class TrainDeviceTest {
  private static void check(Execution execution, String master) {
    Devices.check(
        Engines.named("torch"), execution, new SparkConf(false).set("spark.master", master));
  }

  @Test
  void whatTheDriverComputesOnIsLookedFor() {
    Assumptions.assumeFalse(torch.hasCUDA(), "libtorch on this class path is with CUDA");
    Execution cuda = new Execution(Execution.Device.CUDA, Precision.FLOAT32);
    UserException refused =
        catchThrowableOfType(UserException.class, () -> check(cuda, "local[2]"));
    assertThat(refused.exitCode()).isEqualTo(ExitCode.PLATFORM);
    assertThat(refused.getMessage()).contains("execution.device is cuda", "without CUDA", "cpu");
    UserException tf32 =
        catchThrowableOfType(
            UserException.class,
            () -> check(new Execution(Execution.Device.AUTO, Precision.TF32), "local[*]"));
    assertThat(tf32.getMessage()).contains("execution.precision", "tf32", "float32");
  }

  @Test
  void executorsAreNotGuessedAt() {
    Execution cuda = new Execution(Execution.Device.CUDA, Precision.FLOAT32);
    check(cuda, "local-cluster[2,1,1024]");
    check(cuda, "yarn");
    check(Execution.CPU, "local[2]");
    check(new Execution(Execution.Device.AUTO, Precision.FLOAT32), "local[2]");
  }
}
