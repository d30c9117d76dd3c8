package org.seqlm.spark.examples;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.corpus.example.BlockCut;
import org.seqlm.corpus.example.ExampleEncoder;
import org.seqlm.corpus.example.ParsedExample;
import org.seqlm.corpus.example.RoleColumns;
import org.seqlm.dataset.ExampleBlock;
import org.seqlm.dataset.ExampleBlockFile;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;
import org.seqlm.vocab.ExampleVocabulary;
import scala.Tuple2;

/**
 * Writes blocks of sorted examples, a file each, in a task that has some of them; it holds one
 * block.
 */
final class BlockWriting implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Broadcast<SharedSettings> conf;
  private final Broadcast<String[][]> strings;
  private final String folder;
  private final ExampleTask task;
  private final List<ExampleColumn> columns;
  private final BlockCut cut;
  private final LongAccumulator done;

  /**
   * @param strings by column its tokens but for reserved ones, or its labels, in the order of their
   *     ids; empty where it has numbers
   * @param folder of the artifact's files
   */
  BlockWriting(
      Broadcast<SharedSettings> conf,
      Broadcast<String[][]> strings,
      String folder,
      ExampleTask task,
      List<ExampleColumn> columns,
      BlockCut cut,
      LongAccumulator done) {
    this.conf = conf;
    this.strings = strings;
    this.folder = folder;
    this.task = task;
    this.columns = columns;
    this.cut = cut;
    this.done = done;
  }

  /** Writes the blocks of one task, each when the next is asked for. */
  Iterator<WrittenBlock> write(Iterator<Tuple2<ExampleKey, byte[]>> sorted) {
    TaskContext context = TaskContext.get();
    return new Iterator<>() {
      private Tuple2<ExampleKey, byte[]> next = sorted.hasNext() ? sorted.next() : null;

      @Override
      public boolean hasNext() {
        return next != null;
      }

      @Override
      public WrittenBlock next() {
        int block = next._1().block();
        ExampleEncoder encoder = encoder();
        ExampleBlock.Builder examples = new ExampleBlock.Builder(columns);
        while (next != null && next._1().block() == block) {
          if (context.isInterrupted()) {
            throw new TaskKilledException("told to stop");
          }
          encoder.add(ParsedExample.decode(task, next._2()), task, examples);
          next = sorted.hasNext() ? sorted.next() : null;
        }
        try {
          return written(block, examples.build(), encoder.unknown(), context.taskAttemptId());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  private ExampleEncoder encoder() {
    Map<String, ExampleVocabulary> vocabularies = new HashMap<>();
    Map<String, List<String>> labels = new HashMap<>();
    for (int c = 0; c < columns.size(); c++) {
      List<String> own = Arrays.asList(strings.value()[c]);
      ExampleEncoder.Strings kind = ExampleEncoder.strings(columns.get(c));
      String name = columns.get(c).name();
      if (kind == ExampleEncoder.Strings.LABELS) {
        labels.put(name, own);
      } else if (kind != null) {
        vocabularies.put(name, ExampleVocabulary.of(side(kind), own, new long[own.size()]));
      }
    }
    return new ExampleEncoder(columns, vocabularies, labels);
  }

  static ExampleVocabulary.Side side(ExampleEncoder.Strings kind) {
    return kind == ExampleEncoder.Strings.WRITTEN
        ? ExampleVocabulary.Side.WRITTEN
        : ExampleVocabulary.Side.READ;
  }

  private WrittenBlock written(
      int block, ExampleBlock examples, Map<String, Long> unknown, long attempt)
      throws IOException {
    Configuration hadoop = conf.value().value();
    Path target = new Path(folder);
    FileEntry file =
        HashedFile.write(
            Paths.plain(target.getFileSystem(hadoop)), // the manifest has its SHA-256
            target,
            ExampleBlockFile.path(cut.split(block), cut.place(block)),
            attempt,
            out -> ExampleBlockFile.write(out, hadoop, examples));
    done.add(examples.examples());
    boolean gaps = columns.stream().anyMatch(column -> column.name().equals(RoleColumns.OBSERVED));
    return new WrittenBlock(block, examples, file, unknown, gaps ? RoleColumns.OBSERVED : null);
  }
}
