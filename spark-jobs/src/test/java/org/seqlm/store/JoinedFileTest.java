package org.seqlm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.files.StoreCalls;
import org.seqlm.files.TestStore;

class JoinedFileTest {
  private final Random random = new Random(5);
  @TempDir java.nio.file.Path temporary;
  private FileSystem fs;
  private Path folder;
  private Path target;

  private void open(TestStore store) throws IOException {
    folder = new Path(store.name("parts"));
    target = new Path(store.name("whole"));
    fs = Paths.plain(folder, store.conf());
    fs.mkdirs(folder);
  }

  private void write(String name, byte[] bytes) throws IOException {
    try (OutputStream out = fs.create(new Path(folder, name), true)) {
      out.write(bytes);
    }
  }

  private byte[] bytes(int most) {
    byte[] bytes = new byte[random.nextInt(most + 1)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Bytes before each of some files, some of which are empty. */
  private byte[] add(JoinedFile joined, int files) throws IOException {
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    for (int i = 0; i < files; i++) {
      byte[] before = ("before " + i).getBytes(StandardCharsets.UTF_8);
      byte[] bytes = bytes(i % 5);
      write("part-" + i, bytes);
      joined.add(before).add("part-" + i);
      expected.writeBytes(before);
      expected.writeBytes(bytes);
    }
    return expected.toByteArray();
  }

  private void holds(byte[] expected) throws IOException {
    try (InputStream in = fs.open(target)) {
      assertThat(in.readAllBytes()).isEqualTo(expected);
    }
    assertThat(fs.exists(folder)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void piecesStandOneBehindTheOther(TestStore.Kind kind) throws IOException {
    try (TestStore store = TestStore.make(kind, temporary)) {
      for (long meanBytes : new long[] {0, 1000}) {
        open(store);
        JoinedFile joined = new JoinedFile(fs, folder, meanBytes);
        byte[] expected = add(joined, 20);
        joined.writeTo(target);
        holds(expected);
      }
    }
  }

  /** More files than it is asked to join at once; this process reads none of them. */
  @Test
  void hdfsJoinsThemItself() throws IOException {
    try (TestStore store = TestStore.make(TestStore.Kind.HDFS, temporary)) {
      open(store);
      JoinedFile joined = new JoinedFile(fs, folder, 0);
      byte[] expected = add(joined, 1500);
      store.calls().count();
      joined.writeTo(target);
      assertThat(store.calls().calls())
          .noneMatch(call -> call.startsWith("open ") || call.startsWith("read "))
          .filteredOn(call -> call.startsWith("concat "))
          .hasSize(3);
      holds(expected);
    }
  }

  /** As it does for files in an encrypted zone. */
  @Test
  void whatHdfsRefusesIsCopied() throws IOException {
    try (TestStore store = TestStore.make(TestStore.Kind.HDFS, temporary)) {
      open(store);
      JoinedFile joined = new JoinedFile(fs, folder, 0);
      byte[] expected = add(joined, 3);
      // Behind the list of the files, and the creation and the end of each that holds bytes.
      store.calls().arm(StoreCalls.Fault.FAIL_BEFORE, 8);
      joined.writeTo(target);
      assertThat(store.calls().calls().get(7)).startsWith("concat ");
      holds(expected);
    }
  }

  @Test
  void shortFilesAreCopied() throws IOException {
    try (TestStore store = TestStore.make(TestStore.Kind.HDFS, temporary)) {
      open(store);
      JoinedFile joined = new JoinedFile(fs, folder);
      byte[] expected = add(joined, 5);
      store.calls().count();
      joined.writeTo(target);
      assertThat(store.calls().calls()).noneMatch(call -> call.startsWith("concat "));
      holds(expected);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFileThatIsNotThereIsTold(TestStore.Kind kind) throws IOException {
    try (TestStore store = TestStore.make(kind, temporary)) {
      open(store);
      JoinedFile joined = new JoinedFile(fs, folder, 0);
      add(joined, 2);
      joined.add("missing");
      assertThatThrownBy(() -> joined.writeTo(target)).isInstanceOf(FileNotFoundException.class);
    }
  }
}
