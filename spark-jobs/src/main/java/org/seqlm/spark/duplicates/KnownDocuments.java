package org.seqlm.spark.duplicates;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.TaskCompletionListener;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactPlace;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.duplicates.DuplicateSettings;
import org.seqlm.duplicates.SketchIndex;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.TaskEnd;
import org.seqlm.store.FileEntry;

/**
 * Documents that earlier analyses kept: they come before those of the text, a part of them in place
 * of a range. Of a part's documents the places in it are what those of a range's are.
 */
public final class KnownDocuments implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The folder of sketches, below that of an analysis' files. */
  static final String FOLDER = "sketches/";

  /** The folder of lines, likewise. */
  static final String LINES = "lines/";

  /** Numbers of a line's row: high, low, document, line, bytes. */
  private static final int LINE_ROW = 5;

  static final String INDEX = FOLDER + "index.json";

  private final String[] parts; // paths
  private final ArtifactPlace[] artifacts; // (part) of which it is
  private final int[] firstFile; // (part): what is added to its files' numbers
  private final transient List<String> files;

  private KnownDocuments(
      String[] parts, ArtifactPlace[] artifacts, int[] firstFile, List<String> files) {
    this.artifacts = artifacts;
    this.parts = parts;
    this.firstFile = firstFile;
    this.files = files;
  }

  /** There are none. */
  public static KnownDocuments none() {
    return new KnownDocuments(new String[0], new ArtifactPlace[0], new int[0], List.of());
  }

  /**
   * Opens what analyses kept.
   *
   * @param analyses their folders, in the order in which their documents come
   * @throws UserException with exit code 3 if one has no sketches, 2 if they were made by other
   *     settings
   */
  public static KnownDocuments open(
      Configuration conf, List<String> analyses, DuplicateSettings settings) throws IOException {
    List<String> parts = new ArrayList<>();
    List<ArtifactPlace> artifacts = new ArrayList<>();
    List<Integer> first = new ArrayList<>();
    List<String> files = new ArrayList<>();
    for (String analysis : analyses) {
      ArtifactReader reader = ArtifactReader.open(conf, analysis, ArtifactKind.ANALYSIS);
      if (reader.manifest().files().stream().noneMatch(file -> file.path().equals(INDEX))) {
        throw UserException.data(
            "--against "
                + analysis
                + " has no sketches: make it again with seqlm corpus duplicates --keep-sketches");
      }
      reader.check(FOLDER);
      reader.check(LINES);
      SketchIndex index = reader.readJson(INDEX, SketchIndex.class);
      if (index.version() != SketchIndex.VERSION) {
        throw UserException.data(
            "the sketches of --against "
                + analysis
                + " are of version "
                + index.version()
                + ", but this seqlm reads version "
                + SketchIndex.VERSION
                + ": make it again with --keep-sketches");
      }
      if (!index.suits(settings)) {
        throw UserException.configuration(
            "--against "
                + analysis
                + " was made by "
                + (index.bands() == null
                    ? "--find exact-documents alone"
                    : index.shingles() + ", " + index.bands() + ", seed " + index.seed())
                + ", but near documents are looked for by "
                + settings.shingles()
                + ", "
                + settings.bands()
                + ", seed "
                + settings.seed()
                + ": give the same near.* and seed, or make it again");
      }
      if (!index.hasLines(settings)) {
        throw UserException.configuration(
            "--against "
                + analysis
                + (index.lineBytes() == null
                    ? " kept no lines, but exact-lines are looked for: make it again with --find"
                        + " exact-documents,exact-lines --keep-sketches, or do not look for lines"
                    : " kept lines of "
                        + index.lineBytes()
                        + " bytes or more, but lines.bytes is "
                        + settings.lineBytes()
                        + ": give the same, or make it again"));
      }
      for (FileEntry file : reader.manifest().files()) {
        if (file.path().startsWith(FOLDER) && !file.path().equals(INDEX)) {
          parts.add(new Path(reader.data(), file.path()).toString());
          artifacts.add(ArtifactPlace.of(reader));
          first.add(files.size());
        }
      }
      files.addAll(index.files());
    }
    return new KnownDocuments(
        parts.toArray(String[]::new),
        artifacts.toArray(ArtifactPlace[]::new),
        first.stream().mapToInt(n -> n).toArray(),
        files);
  }

  /** How many parts there are. */
  int parts() {
    return parts.length;
  }

  /** Their files by their numbers. */
  List<String> files() {
    return files;
  }

  /** Their rows as {@link DocumentPass} has them, a partition a part. */
  JavaRDD<long[]> rows(JavaSparkContext spark, Broadcast<SharedSettings> conf) {
    return spark
        .parallelize(
            new ArrayList<>(IntStream.range(0, parts.length).boxed().toList()), parts.length)
        .mapPartitions(
            part ->
                each(part.next(), conf.value().value(), TaskContext.get(), SketchFile.Reader::row));
  }

  /** The rows of their lines as {@link EqualLines} has them. */
  JavaRDD<long[]> lines(JavaSparkContext spark, Broadcast<SharedSettings> conf) {
    return spark
        .parallelize(
            new ArrayList<>(IntStream.range(0, parts.length).boxed().toList()), parts.length)
        .mapPartitions(part -> lines(part.next(), conf.value().value()));
  }

  private Iterator<long[]> lines(int part, Configuration conf) throws IOException {
    ArtifactReader artifact = artifacts[part].open(conf, ArtifactKind.ANALYSIS);
    String file = LINES + new Path(parts[part]).getName();
    DataInputStream in =
        new DataInputStream(new BufferedInputStream(artifact.openVerified(file), 1 << 16));
    TaskEnd.close(in);
    return new Iterator<>() {
      private long[] next = take();

      private long[] take() {
        try {
          byte[] bytes = in.readNBytes(Long.BYTES * LINE_ROW);
          if (bytes.length < Long.BYTES * LINE_ROW) {
            in.close(); // which checks all that was read
            return null;
          }
          long[] row = new long[LINE_ROW];
          ByteBuffer.wrap(bytes).asLongBuffer().get(row);
          row[2] = DocumentId.of(part, (int) row[2]);
          return row;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public boolean hasNext() {
        return next != null;
      }

      @Override
      public long[] next() {
        if (next == null) {
          throw new NoSuchElementException();
        }
        long[] taken = next;
        next = take();
        return taken;
      }
    };
  }

  /** Makes something of each document of a part, in their order. */
  <T> Iterator<T> each(
      int part, Configuration conf, TaskContext task, Function<SketchFile.Reader, T> make)
      throws IOException {
    Path path = new Path(parts[part]);
    SketchFile.Reader reader =
        new SketchFile.Reader(
            new BufferedInputStream(path.getFileSystem(conf).open(path), 1 << 16), parts[part]);
    TaskCompletionListener close =
        ended -> {
          try {
            reader.close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    task.addTaskCompletionListener(close);
    int files = firstFile[part];
    return new Iterator<>() {
      private int place;
      private boolean more = step();

      private boolean step() {
        try {
          boolean next = reader.next();
          if (next) {
            reader.row()[0] = DocumentId.of(part, place++);
            reader.row()[DocumentPass.FILE] += files;
          }
          return next;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public boolean hasNext() {
        return more;
      }

      @Override
      public T next() {
        if (!more) {
          throw new NoSuchElementException();
        }
        T made = make.apply(reader);
        more = step();
        return made;
      }
    };
  }
}
