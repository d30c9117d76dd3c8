package org.seqlm.spark.subword;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactPlace;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.TaskEnd;
import org.seqlm.spark.words.DealtWords;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;
import org.seqlm.text.subword.TextShape;
import org.seqlm.vocab.PackedTokens;
import scala.Tuple2;

/**
 * The counts of all stretches of earlier texts, which a tokenizer's folder keeps: text is added to
 * them without reading those again. They name every stretch, rare ones too.
 */
public final class KeptStretches {
  private static final String FOLDER = "counts/";

  /** Stretches of a block at most: it has about a mebibyte of them. */
  private static final int MOST_OF_BLOCK = 1 << 21;

  private final ArtifactReader artifact;
  private final StretchState state;

  private KeptStretches(ArtifactReader artifact, StretchState state) {
    this.artifact = artifact;
    this.state = state;
  }

  /**
   * Opens those of a folder.
   *
   * @throws UserException with exit code 2 if it keeps none, or they were cut otherwise; 3 if it is
   *     damaged or no tokenizer's
   */
  public static KeptStretches open(Configuration conf, String folder, TextShape shape)
      throws IOException {
    ArtifactReader artifact = ArtifactReader.open(conf, folder, ArtifactKind.ANALYSIS);
    if (artifact.manifest().files().stream()
        .noneMatch(file -> file.path().equals(StretchState.FILE))) {
      throw UserException.configuration(
          "--merge "
              + folder
              + " keeps no counts that text can be added to: make it with seqlm corpus tokenizer"
              + " --keep-counts");
    }
    artifact.check(FOLDER);
    StretchState state = artifact.readJson(StretchState.FILE, StretchState.class);
    if (!state.shape().equals(shape)) {
      throw UserException.configuration(
          "--merge "
              + folder
              + " was cut by other rules (normalize, prefix, stretches): give the same, or learn of"
              + " all of the text");
    }
    return new KeptStretches(artifact, state);
  }

  /** What it is of. */
  public StretchState state() {
    return state;
  }

  /** Bytes of the files of counts. */
  long bytes() {
    return artifact.manifest().files().stream()
        .filter(file -> file.path().startsWith(FOLDER))
        .mapToLong(FileEntry::bytes)
        .sum();
  }

  /**
   * Refuses a text that is one of those that were counted.
   *
   * @throws UserException with exit code 2
   */
  void requireNew(CorpusSource text, String fingerprint) {
    if (state.fingerprints().contains(fingerprint)) {
      throw UserException.configuration(
          "the text "
              + String.join(" ", text.paths())
              + " is in "
              + artifact.name()
              + " already: give --input text that is new");
    }
  }

  /** Its counts, dealt out to parts as those of ranges are. */
  JavaRDD<Tuple2<Integer, Object>> dealt(
      JavaSparkContext spark, Broadcast<SharedSettings> conf, int parts) {
    ArtifactPlace place = ArtifactPlace.of(artifact);
    List<String> files = state.parts();
    return spark
        .parallelize(files, Math.max(1, files.size()))
        .flatMap(
            file ->
                dealt(
                    blocks(place.open(conf.value().value(), ArtifactKind.ANALYSIS), file), parts));
  }

  private static Iterator<Tuple2<Integer, Object>> dealt(Iterator<PackedTokens> blocks, int parts) {
    return new Iterator<>() {
      private Iterator<Tuple2<Integer, Object>> some = Collections.emptyIterator();

      @Override
      public boolean hasNext() {
        while (!some.hasNext() && blocks.hasNext()) {
          some = dealt(blocks.next(), parts);
        }
        return some.hasNext();
      }

      @Override
      public Tuple2<Integer, Object> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return some.next();
      }
    };
  }

  private static Iterator<Tuple2<Integer, Object>> dealt(PackedTokens block, int parts) {
    PackedTokens[] byPart = DealtWords.deal(block, block.counts(), 1, parts);
    List<Tuple2<Integer, Object>> dealt = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      if (byPart[part] != null) {
        dealt.add(new Tuple2<>(part, byPart[part]));
      }
    }
    return dealt.iterator();
  }

  /** The blocks of a file, which is checked at its end, or where one has no sense. */
  private static Iterator<PackedTokens> blocks(ArtifactReader artifact, String file)
      throws IOException {
    InputStream in = new BufferedInputStream(artifact.openVerified(file), 1 << 16);
    TaskEnd.close(in);
    return new Iterator<>() {
      private PackedTokens next = take();

      private PackedTokens take() {
        try {
          Tuple2<Integer, PackedTokens> block = SpilledStretches.one(in, MOST_OF_BLOCK);
          if (block == null) {
            in.close(); // which checks all that was read
          }
          return block == null ? null : block._2();
        } catch (IOException e) {
          try {
            in.close(); // a damaged file is told as one
          } catch (IOException closing) {
            e.addSuppressed(closing);
          }
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public boolean hasNext() {
        return next != null;
      }

      @Override
      public PackedTokens next() {
        if (next == null) {
          throw new NoSuchElementException();
        }
        PackedTokens taken = next;
        next = take();
        return taken;
      }
    };
  }

  /**
   * Writes all counts, a file for each part that has some. Executors that differ in memory add a
   * part in other numbers of passes, so in another order: the names tell these, or an attempt on
   * one would meet the file of an attempt on the other.
   *
   * @param folder of the artifact's files
   */
  static List<FileEntry> write(
      JavaRDD<Object> counted, String folder, Broadcast<SharedSettings> conf) {
    List<FileEntry> files =
        new ArrayList<>(
            counted
                .mapPartitionsWithIndex(
                    (part, blocks) -> written(part, blocks, folder, conf.value().value()), true)
                .collect());
    files.sort(Comparator.comparing(FileEntry::path));
    return files;
  }

  private static Iterator<FileEntry> written(
      int part, Iterator<Object> blocks, String folder, Configuration conf) throws IOException {
    Path to = new Path(folder);
    int passes = (Integer) blocks.next();
    String name = String.format(Locale.ROOT, FOLDER + "stretches-%05d-%d", part, passes);
    long attempt = TaskContext.get().taskAttemptId();
    try (HashedFile.Open file = HashedFile.open(Paths.plain(to, conf), to, name, attempt)) {
      boolean any = false;
      while (blocks.hasNext()) {
        if (blocks.next() instanceof PackedTokens words && words.size() > 0) {
          any = true;
          file.write(SpilledStretches.bytes(part, words));
        }
      }
      return any ? List.of(file.keep()).iterator() : List.<FileEntry>of().iterator();
    }
  }
}
