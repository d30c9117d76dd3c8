package org.seqlm.spark.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class TaskSlotsTest {
  private static int slots(String... settings) {
    SparkConf conf = new SparkConf(false);
    for (String setting : settings) {
      String[] parts = setting.split("=");
      conf.set("spark." + parts[0], parts[1]);
    }
    return TaskSlots.ofProcess(conf, 3);
  }

  @Test
  void aTaskTakesItsCores() {
    assertThat(slots("master=local")).isEqualTo(1);
    assertThat(slots("master=local[8]")).isEqualTo(8);
    assertThat(slots("master=local[8,2]", "task.cpus=3")).isEqualTo(2);
    assertThat(slots("master=local[2]", "task.cpus=4")).isEqualTo(1);
    assertThat(slots("master=local[*]")).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(slots("master=local-cluster[2,4,1024]", "task.cpus=2")).isEqualTo(2);
    assertThat(slots("master=yarn")).isEqualTo(3);
    assertThat(slots("master=yarn", "executor.cores=8", "task.cpus=2")).isEqualTo(4);
  }

  /** How finely Spark cuts by itself is another number. */
  @Test
  void aSettingOfSparksDoesNotCount() {
    assertThat(slots("master=yarn", "executor.cores=8", "default.parallelism=500")).isEqualTo(8);
  }

  @Test
  void aTaskTakesItsResources() {
    String[] gpus = {
      "master=yarn",
      "executor.cores=8",
      "executor.resource.gpu.amount=2",
      "task.resource.gpu.amount"
    };
    for (String[] of : new String[][] {{"1", "2"}, {"0.5", "4"}, {"0.4", "4"}, {"2", "1"}}) {
      String[] settings = gpus.clone();
      settings[3] += "=" + of[0];
      assertThat(slots(settings)).as(of[0]).isEqualTo(Integer.parseInt(of[1]));
    }
  }
}
