package org.seqlm.spark.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.Progress;
import org.seqlm.files.StoreCalls;
import org.seqlm.files.TestStore;
import org.seqlm.ngram.arpa.TinyArpa;
import org.seqlm.ngram.compiled.CompiledWriter;
import org.seqlm.ngram.compiled.Layout;
import org.seqlm.ngram.kenlm.KenlmWriter;
import org.seqlm.ngram.trie.Spill;

/** A compiled model whose store breaks at one call after another while it is written. */
class ModelCompilingTest {
  @TempDir Path folder;

  @Test
  void aKenlmBinaryIsMappedAsItIs() throws IOException {
    byte[] kenlm = KenlmWriter.write(TinyArpa.TEXT, KenlmWriter.Options.probing());
    Path binary = Files.write(folder.resolve("model"), kenlm);
    assertThatThrownBy(() -> ModelCompiling.of(new Configuration(), binary.toString()))
        .hasMessageContaining("is a KenLM binary, which is mapped as it is: compile its ARPA file");
  }

  private void write(TestStore store, Layout layout) throws IOException {
    Path arpa = folder.resolve("tiny.arpa");
    Files.writeString(arpa, TinyArpa.TEXT);
    ModelCompiling.of(new Configuration(), arpa.toString())
        .write(
            store.conf(),
            store.name("folder/model"),
            new CompiledWriter.Form(layout, 0),
            new Spill(1 << 20, folder.resolve("local")),
            Progress.SILENT);
  }

  @ParameterizedTest
  @EnumSource
  void aFileIsThereWholeOrNotAtAll(TestStore.Kind kind) throws IOException {
    List<String> faults = new ArrayList<>();
    // HDFS itself renames over a file in one step; its double cannot, and has the name go first.
    boolean replaces = kind != TestStore.Kind.HDFS;
    for (boolean earlier : replaces ? new boolean[] {false, true} : new boolean[] {false}) {
      try (TestStore store = TestStore.make(kind, Files.createTempDirectory(folder, "store"))) {
        byte[] before = begin(store, earlier);
        store.calls().count();
        write(store, Layout.FAST);
        int calls = store.calls().calls().size();
        byte[] wanted = content(store);
        for (StoreCalls.Fault fault : StoreCalls.Fault.values()) {
          for (int call = 1; call <= calls && fault != StoreCalls.Fault.LATE; call++) {
            begin(store, earlier);
            store.calls().count();
            store.calls().arm(fault, call);
            boolean done = false;
            try {
              write(store, Layout.FAST);
              done = true;
            } catch (IOException | RuntimeException e) {
              // What is left is looked at below.
            }
            store.calls().endFault();
            store.calls().disarm();
            byte[] there = content(store);
            if (!Arrays.equals(there, wanted) && (done || !Arrays.equals(there, before))) {
              faults.add(kind + (earlier ? " over another, " : ", ") + fault + " at call " + call);
            }
          }
        }
      }
    }
    assertThat(faults).isEmpty();
    assertThat(folder.resolve("local")).isEmptyDirectory();
  }

  private byte[] begin(TestStore store, boolean earlier) throws IOException {
    store.clear();
    if (earlier) {
      write(store, Layout.SMALL);
    }
    return content(store);
  }

  /** Null where there is none. */
  private static byte[] content(TestStore store) throws IOException {
    return StoreCalls.aside(() -> store.content().get("/folder/model"));
  }
}
