package org.seqlm.spark.words;

import java.io.BufferedInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Enumeration;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.function.IntUnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.Kept;
import org.seqlm.spark.task.TaskMemory;
import org.seqlm.store.HashedFile;
import org.seqlm.vocab.IdRanges;
import org.seqlm.vocab.MappedIds;

/**
 * What the ids of a vocabulary become in another, as tasks ask for it. Those of a small one are
 * sent to every process; those of a large one lie in files, int32 by id, which a process copies to
 * its disk once and maps.
 */
public abstract sealed class IdMap implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Maps that a process keeps; a task has those of one vocabulary in hand. */
  private static final int MOST_KEPT = 4;

  private static final Kept<MappedIds> KEPT = new Kept<>(MOST_KEPT);

  /** What an id becomes, in a task. */
  public abstract IntUnaryOperator open(Configuration conf) throws IOException;

  /**
   * Ids that the driver holds.
   *
   * @param ids by those of the one vocabulary
   */
  public static IdMap of(JavaSparkContext spark, int[] ids) {
    return new Sent(spark.broadcast(ids));
  }

  /** Lets go of what this process has mapped: whoever is at work still maps it once more. */
  static void forget() {
    KEPT.clear();
  }

  /**
   * Ids in files that tasks have written with {@link #write}, a range each.
   *
   * @param folder of these files, whose name no other has
   * @param number of the vocabulary
   * @param ranges of its ids
   */
  static IdMap stored(Path folder, int number, IdRanges ranges) {
    return new Stored(folder.toString(), number, ranges);
  }

  /**
   * Writes what the ids of a range become.
   *
   * @param folder may not be there yet
   * @param attempt of the task
   * @throws IOException also if the folder around {@code folder} is gone
   */
  static void write(FileSystem fs, Path folder, int number, int range, int[] ids, long attempt)
      throws IOException {
    SpellingFiles.checkWanted(fs, folder);
    HashedFile.write(
        fs,
        folder,
        name(number, range),
        attempt,
        target -> {
          DataOutputStream out = new DataOutputStream(target);
          for (int id : ids) {
            out.writeInt(id);
          }
          out.flush();
        });
  }

  private static String name(int number, int range) {
    return String.format(Locale.ROOT, "ids-%d-%05d", number, range);
  }

  private static final class Sent extends IdMap {
    private static final long serialVersionUID = 1L;

    private final Broadcast<int[]> ids;

    Sent(Broadcast<int[]> ids) {
      this.ids = ids;
    }

    @Override
    public IntUnaryOperator open(Configuration conf) {
      int[] here = ids.value();
      return id -> here[id];
    }
  }

  private static final class Stored extends IdMap {
    private static final long serialVersionUID = 1L;

    private final String folder;
    private final int number;
    private final IdRanges ranges;

    Stored(String folder, int number, IdRanges ranges) {
      this.folder = folder;
      this.number = number;
      this.ranges = ranges;
    }

    @Override
    public IntUnaryOperator open(Configuration conf) throws IOException {
      return KEPT.open(folder + "#" + number, () -> copy(conf));
    }

    private MappedIds copy(Configuration conf) throws IOException {
      try (InputStream in = new SequenceInputStream(files(conf))) {
        return MappedIds.copy(in, ranges.to(ranges.count() - 1), TaskMemory.localFolder("ids"));
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }

    private Enumeration<InputStream> files(Configuration conf) {
      return new Enumeration<>() {
        private int range;

        @Override
        public boolean hasMoreElements() {
          return range < ranges.count();
        }

        @Override
        public InputStream nextElement() {
          if (!hasMoreElements()) {
            throw new NoSuchElementException();
          }
          Path file = new Path(folder, name(number, range++));
          try {
            return new BufferedInputStream(file.getFileSystem(conf).open(file));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };
    }
  }
}
