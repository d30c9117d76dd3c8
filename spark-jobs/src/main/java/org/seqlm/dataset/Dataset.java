package org.seqlm.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.store.FileEntry;
import org.seqlm.vocab.TokenBlock;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;

/**
 * A prepared corpus: vocabulary and the token ids of its splits, stored in segments of up to 2^20
 * tokens, or, where there is more of it, in larger ones of parts of that size, each of which is
 * read by itself. Opening reads the manifest only. Safe for use by several threads; to use a
 * dataset in an executor send its {@link #handle}.
 */
public final class Dataset {
  /** Segments, or parts of them, that one JVM keeps at hand, over all datasets. */
  private static final long CACHE_BYTES = 96L << 20;

  private static final Map<String, Segment> CACHE = new LinkedHashMap<>(16, 0.75f, true);
  private static long cached;

  private final ArtifactReader artifact;
  private final String fingerprint;
  private final DatasetDetails details;
  private final Map<Split, Stored> stored;
  private Vocabulary vocabulary;

  /**
   * @param files of the split's segments in order
   * @param starts position in the split of each segment's first token, and at last the split's
   *     length
   */
  private record Stored(List<FileEntry> files, long[] starts) {}

  /** Where the parts of large segments lie, by their files; a few hundred bytes each. */
  private final Map<String, SegmentParts> parts = new ConcurrentHashMap<>();

  private Dataset(ArtifactReader artifact, DatasetDetails details, Map<Split, Stored> stored) {
    this.artifact = artifact;
    this.fingerprint = artifact.manifest().fingerprint();
    this.details = details;
    this.stored = stored;
  }

  /**
   * Opens a dataset.
   *
   * @throws org.seqlm.UserException with exit code 3 if there is none, or it is damaged
   */
  public static Dataset open(Configuration conf, String folder) throws IOException {
    ArtifactReader artifact = ArtifactReader.open(conf, folder, ArtifactKind.DATASET);
    DatasetDetails details = artifact.details(DatasetDetails.class);
    Map<Split, Stored> stored = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      SplitStatistics statistics = details.splits().get(split);
      List<FileEntry> files = new ArrayList<>();
      for (FileEntry file : artifact.manifest().files()) {
        if (file.path().startsWith(prefix(split))) {
          files.add(file);
        }
      }
      if (statistics == null || statistics.segments().size() != files.size()) {
        throw UserException.data(
            folder + " is damaged: its manifest does not list the segments of split " + split);
      }
      long[] starts = new long[files.size() + 1];
      for (int i = 0; i < files.size(); i++) {
        starts[i + 1] = starts[i] + statistics.segments().get(i);
      }
      if (starts[files.size()] != statistics.tokens()) {
        throw UserException.data(
            folder + " is damaged: the segments of split " + split + " do not add up");
      }
      stored.put(split, new Stored(List.copyOf(files), starts));
    }
    return new Dataset(artifact, details, stored);
  }

  /** The folder of a split's segments, relative to the dataset's and with the slash at its end. */
  static String prefix(Split split) {
    return split.name().toLowerCase(Locale.ROOT) + "/";
  }

  public ArtifactReader artifact() {
    return artifact;
  }

  public DatasetDetails details() {
    return details;
  }

  /** SHA-256 of the manifest: what was made from this dataset names it by it. */
  public String fingerprint() {
    return fingerprint;
  }

  /** What an executor needs to open the same dataset. */
  public DatasetHandle handle() {
    return new DatasetHandle(artifact.folder().toString(), fingerprint);
  }

  /** Reads the vocabulary; kept after the first call. */
  public synchronized Vocabulary vocabulary() throws IOException {
    if (vocabulary == null) {
      String name = artifact.shown(Vocabularies.FILE_NAME);
      byte[] bytes = artifact.readVerified(Vocabularies.FILE_NAME);
      try (InputStream in = new java.io.ByteArrayInputStream(bytes)) {
        vocabulary = Vocabularies.read(details.rules().kind(), in, name);
      }
      if (!vocabulary.fingerprint().equals(details.vocabularyFingerprint())) {
        throw UserException.data(
            name + " is not the vocabulary of the manifest: make the dataset again");
      }
    }
    return vocabulary;
  }

  /** The number of tokens of a split. */
  public long tokens(Split split) {
    long[] starts = stored.get(split).starts();
    return starts[starts.length - 1];
  }

  /**
   * Reads the tokens {@code [from, to)} of a split, whatever its segments, with up to {@code reach}
   * tokens of the same split before them. Usable in an executor: it needs the folder's name only.
   *
   * @throws UserException with exit code 3 if a segment is missing or its SHA-256 is not the
   *     manifest's
   * @throws IndexOutOfBoundsException unless {@code 0 <= from <= to <= tokens(split)}
   */
  public TokenBlock read(Split split, long from, long to, int reach) throws IOException {
    long n = tokens(split);
    if (from < 0 || from > to || to > n || to - from > Integer.MAX_VALUE - 16 - reach) {
      throw new IndexOutOfBoundsException(
          "tokens [" + from + ", " + to + ") of split " + split + ", which has " + n);
    }
    Stored segments = stored.get(split);
    long start = Math.max(0, from - reach);
    int[] before = new int[(int) (from - start)];
    int[] tokens = new int[(int) (to - from)];
    int[] documents = new int[16];
    int found = 0;
    for (int i = segment(segments.starts(), start);
        i < segments.files().size() && segments.starts()[i] < to;
        i++) {
      long first = segments.starts()[i];
      int length = (int) (segments.starts()[i + 1] - first);
      int count = SegmentParts.count(length);
      for (int p = (int) (Math.max(0, start - first) / Segment.MAX_TOKENS);
          p < count && first + (long) p * Segment.MAX_TOKENS < to;
          p++) {
        long partStart = first + (long) p * Segment.MAX_TOKENS;
        long partEnd = Math.min(first + length, partStart + Segment.MAX_TOKENS);
        Segment part = load(segments.files().get(i), count, p);
        if (part.tokens() != partEnd - partStart) {
          throw UserException.data(
              artifact.shown(segments.files().get(i).path()) + " has not the length stated");
        }
        int low = (int) (Math.max(start, partStart) - partStart);
        int high = (int) (Math.min(to, partEnd) - partStart);
        int middle = (int) Math.max(low, Math.min(high, from - partStart));
        part.copy(low, middle, before, (int) (partStart + low - start));
        part.copy(middle, high, tokens, (int) (partStart + middle - from));
        for (int d = part.documentsBefore(low);
            d < part.documents() && part.documentStart(d) < high;
            d++) {
          if (found == documents.length) {
            documents = Arrays.copyOf(documents, found * 2);
          }
          documents[found++] = (int) (partStart + part.documentStart(d) - start);
        }
      }
    }
    return new TokenBlock(from, before, tokens, Arrays.copyOf(documents, found));
  }

  /** The segment that holds a position. */
  private static int segment(long[] starts, long position) {
    int found = Arrays.binarySearch(starts, position);
    return found >= 0 ? found : -found - 2;
  }

  /**
   * A segment, or one of its parts.
   *
   * @param parts of the segment
   */
  private Segment load(FileEntry file, int parts, int part) throws IOException {
    String key = fingerprint + "/" + file.path() + "#" + part;
    synchronized (CACHE) {
      Segment segment = CACHE.get(key);
      if (segment != null) {
        return segment;
      }
    }
    // Outside the lock: two threads may read the same file, which is harmless.
    byte[] bytes = parts == 1 ? artifact.readVerified(file.path()) : readPart(file, parts, part);
    Segment segment = Segment.of(bytes, artifact.shown(file.path()));
    synchronized (CACHE) {
      if (CACHE.put(key, segment) == null) {
        cached += segment.bytes();
      }
      for (var eldest = CACHE.entrySet().iterator(); cached > CACHE_BYTES && eldest.hasNext(); ) {
        cached -= eldest.next().getValue().bytes();
        eldest.remove();
      }
    }
    return segment;
  }

  private byte[] readPart(FileEntry file, int count, int part) throws IOException {
    SegmentParts where = parts.get(file.path());
    if (where == null) {
      int length = SegmentParts.indexBytes(count);
      where = SegmentParts.of(artifact.readPart(file.path(), file.bytes() - length, length));
      if (where == null || where.starts()[count] != file.bytes() - length) {
        throw damaged(file);
      }
      parts.put(file.path(), where);
    }
    long from = where.starts()[part];
    byte[] bytes = artifact.readPart(file.path(), from, (int) (where.starts()[part + 1] - from));
    if (!Arrays.equals(SegmentParts.digest(bytes), where.digests()[part])) {
      throw damaged(file);
    }
    return bytes;
  }

  private UserException damaged(FileEntry file) {
    return UserException.data(
        artifact.shown(file.path())
            + " is damaged: its SHA-256 is not what it should be; make the dataset again");
  }
}
