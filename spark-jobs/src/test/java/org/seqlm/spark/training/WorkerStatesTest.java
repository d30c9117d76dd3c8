package org.seqlm.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.SmallReads;
import org.seqlm.UserException;
import org.seqlm.neural.files.StateFile;
import org.seqlm.neural.learner.WorkerState;

/** The files of workers' states, without Spark. */
class WorkerStatesTest {
  @TempDir Path folder;

  private WorkerStates states(Configuration conf, String writer) {
    return new WorkerStates(conf, folder.toString(), writer);
  }

  private WorkerStates states(String writer) {
    return states(new Configuration(), writer);
  }

  private static WorkerState state(long step, float... moments) {
    return new WorkerState(step, 3, moments, new float[] {1, 2});
  }

  @Test
  void aStateThatNoArrayOfBytesHoldsIsRead() throws Exception {
    float[] moments = new float[SmallReads.LIMIT / 4 + 77];
    for (int i = 0; i < moments.length; i++) {
      moments[i] = i * 0.5f;
    }
    StateFile file = states("one").write(4, 2, 9, state(20, moments));
    assertThat(file.path()).isEqualTo("one/4/2.9");
    // Another process remembers nothing.
    SmallReads.longest();
    WorkerState read = states(SmallReads.configuration(), "two").read(2, file);
    assertThat(SmallReads.longest()).isGreaterThan(SmallReads.LIMIT);
    assertThat(read.moments()).containsExactly(moments);
    assertThat(read.hidden()).containsExactly(1, 2);
    assertThat(read.step()).isEqualTo(20);

    Path written = folder.resolve(file.path());
    byte[] bytes = Files.readAllBytes(written);
    bytes[bytes.length / 2] ^= 1;
    Files.write(written, bytes);
    Files.deleteIfExists(written.resolveSibling(".2.9.crc"));
    assertThatThrownBy(() -> states("three").read(2, file))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageContaining("is damaged: its SHA-256");
    Files.delete(written);
    assertThatThrownBy(() -> states("three").read(2, file)).hasMessageContaining("is missing");
  }

  /** An old run's state is never a new one's, in the same folder and round. */
  @Test
  void whatIsRememberedIsOfOneWriter() throws Exception {
    states("old").remember(5, 0, state(10, 1));
    assertThat(states("old").remembered(5, 0).moments()).containsExactly(1);
    assertThat(states("new").remembered(5, 0)).isNull();
    assertThat(states("old").remembered(4, 0)).isNull();
    // Only those of the last few trainings are kept.
    for (int i = 0; i < 4; i++) {
      states("later " + i).remember(5, 0, state(10, 2));
    }
    assertThat(states("old").remembered(5, 0)).isNull();
    assertThat(states("later 0").remembered(5, 0)).isNotNull();
  }

  @Test
  void aWriterDeletesHisOwnAndWhatWasHandedToHim() throws Exception {
    StateFile handed = states("first").write(3, 0, 1, state(6, 1));
    StateFile alive = states("first").write(4, 0, 2, state(8, 1)); // of a writer not yet stopped
    StateFile old = states("second").write(4, 0, 3, state(8, 1));
    StateFile kept = states("second").write(5, 0, 4, state(10, 1));
    states("second").deleteExcept(List.of(handed), List.of(kept));
    assertThat(folder.resolve(handed.path())).doesNotExist();
    assertThat(folder.resolve(old.path())).doesNotExist();
    assertThat(folder.resolve(alive.path())).exists();
    assertThat(folder.resolve(kept.path())).exists();
  }

  /** (1 + 2 + 6) / 3 and (3 + 0 + 0) / 3: who has no moments had zeros. */
  @Test
  void otherWorkersBeginWithTheMeanOfMoments() throws Exception {
    List<StateFile> files = new ArrayList<>();
    files.add(states("one").write(2, 0, 1, state(9, 1, 3)));
    files.add(
        states("one").write(2, 1, 1, new WorkerState(9, 4, new float[] {2, 0}, new float[2])));
    files.add(states("one").write(2, 2, 1, state(9, 6)));
    List<StateFile> now = states("two").regrouped(files, 2, 14, 5);
    assertThat(now).hasSize(5);
    for (int worker = 0; worker < 5; worker++) {
      WorkerState state = states("two").read(worker, now.get(worker));
      assertThat(state.moments()).containsExactly(3, 1);
      assertThat(state.hidden()).isEmpty();
      assertThat(state.step()).isEqualTo(14);
      assertThat(state.updates()).isEqualTo(4);
    }
  }
}
