package org.seqlm.artifact;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;
import org.seqlm.store.Sha256;

/** Opens an artifact and refuses what it does not know. */
public final class ArtifactReader {
  private static final long MOST_BYTES = Integer.MAX_VALUE - 8; // of an array

  private final String name;
  private final FileSystem fs;
  private final Path folder;
  private final Path data;
  private final String file;
  private final Manifest manifest;
  private final SmallFile.Remedy remedy;

  /**
   * @param file of the manifest
   */
  private ArtifactReader(
      String name,
      FileSystem fs,
      Path folder,
      String file,
      Manifest manifest,
      SmallFile.Remedy remedy) {
    this.name = name;
    this.fs = fs;
    this.folder = folder;
    this.data = manifest.data() == null ? folder : new Path(folder, manifest.data());
    this.file = file;
    this.manifest = manifest;
    this.remedy = remedy;
  }

  /** Whether the folder holds an artifact: a complete one, or a run that has begun. */
  public static boolean isArtifact(Configuration conf, String folder) throws IOException {
    Path path = Paths.of(folder);
    return isArtifact(path.getFileSystem(conf), path);
  }

  /** Whether a folder is an artifact of a kind. */
  public static boolean isOf(Configuration conf, String folder, ArtifactKind kind)
      throws IOException {
    return isArtifact(conf, folder) && open(conf, folder).manifest().kind() == kind;
  }

  /** Whether a file of that name may say what a folder holds. */
  public static boolean isManifest(String name) {
    return ManifestLog.isManifest(name);
  }

  /** The same on a file system. */
  public static boolean isArtifact(FileSystem fs, Path folder) throws IOException {
    return ManifestLog.newest(fs, folder) != null;
  }

  /**
   * Opens an artifact of any kind.
   *
   * @throws UserException with exit code 3 if there is none, or its version is not ours
   */
  public static ArtifactReader open(Configuration conf, String folder) throws IOException {
    return open(conf, folder, "", () -> Remedies.ofDamage(conf, folder));
  }

  /** What to do about the damage of an artifact, the end of a message. */
  public static String remedy(Configuration conf, String folder) throws IOException {
    return Remedies.ofDamage(conf, folder);
  }

  /**
   * @param absent what to do where there is none, the end of the message
   */
  private static ArtifactReader open(
      Configuration conf, String folder, String absent, SmallFile.Remedy remedy)
      throws IOException {
    Path path = Paths.of(folder);
    FileSystem fs = path.getFileSystem(conf);
    // An executor may have another default file system or working folder.
    path = fs.makeQualified(path);
    Newest newest = newest(fs, path, folder, remedy);
    if (newest == null) {
      String what =
          fs.exists(path)
              ? "is no complete artifact (it has no " + Manifest.FILE_NAME + ")"
              : "does not exist";
      throw UserException.data(folder + " " + what + absent);
    }
    return new ArtifactReader(
        folder, fs, path, ManifestLog.name(newest.number()), newest.manifest(), remedy);
  }

  /** How often to look again where each commit that was found was gone when it was read. */
  private static final int ATTEMPTS = 10;

  /**
   * The manifest that counts.
   *
   * @param number of its commit
   */
  public record Newest(int number, Manifest manifest) {}

  /**
   * The manifest that counts in a folder.
   *
   * @return null if there is none
   * @throws UserException with exit code 3 if it is damaged
   */
  public static Newest newest(Configuration conf, String folder, SmallFile.Remedy remedy)
      throws IOException {
    Path path = Paths.of(folder);
    return newest(path.getFileSystem(conf), path, folder, remedy);
  }

  /**
   * @param name of the folder, for messages
   */
  private static Newest newest(FileSystem fs, Path folder, String name, SmallFile.Remedy remedy)
      throws IOException {
    FileNotFoundException gone = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      List<ManifestLog.Entry> entries = ManifestLog.all(fs, folder);
      if (entries.isEmpty()) {
        return null;
      }
      try {
        return newest(fs, folder, name, entries, remedy);
      } catch (FileNotFoundException e) {
        gone = e; // the next commit swept it away meanwhile
      }
    }
    throw gone;
  }

  /**
   * The newest of some commits. One that is no JSON beside an older one is being written, or was by
   * who was killed at it: so it is on disks without hard links, and on stores where a file appears
   * before it is whole. Its writer sweeps the older ones away once it is.
   */
  private static Newest newest(
      FileSystem fs,
      Path folder,
      String name,
      List<ManifestLog.Entry> entries,
      SmallFile.Remedy remedy)
      throws IOException {
    int at = entries.size() - 1;
    while (at > 0 && !SmallFile.isJson(fs, entries.get(at).file())) {
      at--;
    }
    ManifestLog.Entry entry = entries.get(at);
    return new Newest(
        entry.number(),
        SmallFile.versioned(fs, folder, name, entry.file().getName(), Manifest.class, remedy));
  }

  /**
   * Opens a part of an artifact by the manifest of it that the whole's manifest lists.
   *
   * @param whole folder of the artifact that it is a part of
   * @param entry the part's manifest
   * @throws UserException with exit code 3 if it is missing or damaged
   */
  public static ArtifactReader openPart(
      Configuration conf, String whole, FileEntry entry, SmallFile.Remedy remedy)
      throws IOException {
    Path root = Paths.of(whole);
    FileSystem fs = root.getFileSystem(conf);
    Path file = Paths.below(fs.makeQualified(root), entry.path());
    String name = new Path(root, new Path(null, null, entry.path())).getParent().toString();
    try {
      byte[] bytes = SmallFile.bytes(fs, file, name + "/" + file.getName(), remedy);
      if (!Sha256.of(bytes).equals(entry.sha256())) {
        throw SmallFile.damaged(
            name + "/" + file.getName(),
            "its SHA-256 is not the one that the run's manifest has",
            remedy,
            null);
      }
      Manifest manifest =
          SmallFile.versioned(fs, file.getParent(), name, file.getName(), Manifest.class, remedy);
      return new ArtifactReader(name, fs, file.getParent(), file.getName(), manifest, remedy);
    } catch (FileNotFoundException e) {
      throw UserException.data(
          name + "/" + file.getName() + " is missing" + SmallFile.end(": ", remedy), e);
    }
  }

  /**
   * Opens an artifact of one kind.
   *
   * @throws UserException with exit code 3 if there is none, or it is of another kind or version
   */
  public static ArtifactReader open(Configuration conf, String folder, ArtifactKind kind)
      throws IOException {
    return open(conf, folder, kind, () -> Remedies.ofDamage(conf, folder));
  }

  /**
   * The same for who knows better what to do about damage.
   *
   * @param remedy the end of a message
   */
  public static ArtifactReader open(
      Configuration conf, String folder, ArtifactKind kind, SmallFile.Remedy remedy)
      throws IOException {
    ArtifactReader reader = open(conf, folder, remedy(kind), remedy);
    if (reader.manifest.kind() != kind) {
      throw UserException.data(
          folder
              + " is of kind "
              + reader.manifest.kind().shown()
              + ", but one of kind "
              + Json.name(kind)
              + " is needed here"
              + remedy(kind));
    }
    return reader;
  }

  private static String remedy(ArtifactKind kind) {
    return switch (kind) {
      case DATASET ->
          ": give a dataset, a folder that seqlm prepare --input TEXT --output DIR wrote";
      case EXAMPLES ->
          ": give labelled examples, a folder that seqlm prepare --input EXAMPLES --output DIR"
              + " wrote";
      case NGRAMS -> ": give a folder that seqlm ngrams --input TEXT --output DIR wrote";
      case INDEX ->
          ": give an index, a folder that seqlm corpus concordance --input TEXT --index DIR wrote";
      case MODEL ->
          ": give a run, a folder that seqlm train wrote, or the model or a checkpoint in it";
      default -> "";
    };
  }

  public Manifest manifest() {
    return manifest;
  }

  /** The manifest's file, in the folder. */
  public String file() {
    return file;
  }

  /** The folder as the caller named it, for messages: others may have another working folder. */
  public String name() {
    return name;
  }

  /** The folder as anyone can open it. */
  public Path folder() {
    return folder;
  }

  /** The folder that the paths of the manifest's files begin at, as anyone can open it. */
  public Path data() {
    return data;
  }

  /**
   * A file as messages name it.
   *
   * @param path as the manifest has it
   */
  public String shown(String path) {
    return name + "/" + (manifest.data() == null ? "" : manifest.data() + "/") + path;
  }

  private InputStream read(String path) throws IOException {
    return fs.open(new Path(data, path));
  }

  /**
   * Checks that files are there and as long as the manifest says, for those who read them in other
   * places and piece by piece.
   *
   * @param prefix of their paths, a folder with its slash
   * @throws UserException with exit code 3 if one is not
   */
  public void check(String prefix) throws IOException {
    Map<String, Long> lengths = new HashMap<>();
    try {
      for (FileStatus file : fs.listStatus(new Path(data, prefix))) {
        lengths.put(prefix + file.getPath().getName(), file.getLen());
      }
    } catch (FileNotFoundException e) {
      // Each of its files is missing, which is told below.
    }
    for (FileEntry file : manifest.files()) {
      Long length = lengths.get(file.path());
      if (file.path().startsWith(prefix) && length == null) {
        throw missing(file.path(), null);
      }
      if (file.path().startsWith(prefix) && length != file.bytes()) {
        throw UserException.data(
            shown(file.path())
                + " is damaged: it has "
                + length
                + " bytes, but the manifest says "
                + file.bytes()
                + SmallFile.end(": ", remedy));
      }
    }
  }

  /**
   * A whole file, checked against the manifest.
   *
   * @throws UserException with exit code 3 if its bytes are not those that were written
   */
  public byte[] readVerified(String path) throws IOException {
    FileEntry entry = entry(path);
    requireSmall(shown(path), entry.bytes());
    byte[] bytes;
    try {
      bytes = SmallFile.bytes(fs, new Path(data, path), shown(path), remedy);
    } catch (FileNotFoundException e) {
      throw missing(path, e);
    }
    if (!Sha256.of(bytes).equals(entry.sha256())) {
      throw SmallFile.damaged(shown(path), "its SHA-256 is not the manifest's", remedy, null);
    }
    return bytes;
  }

  /**
   * A value that a whole file holds as JSON, checked against the manifest.
   *
   * @throws UserException with exit code 3 if its bytes are not those that were written, or say
   *     what no value of the type can be
   */
  public <T> T readJson(String path, Class<T> type) throws IOException {
    byte[] bytes = readVerified(path);
    T value;
    try {
      value = Json.mapper().readValue(bytes, type);
    } catch (JsonProcessingException e) {
      throw SmallFile.damaged(shown(path), SmallFile.why(e), remedy, e);
    }
    if (value == null) {
      throw SmallFile.damaged(shown(path), "it says null", remedy, null);
    }
    return value;
  }

  /**
   * The details of the manifest as the record the kind's writer stored.
   *
   * @throws UserException with exit code 3 if they are none
   */
  public <T> T details(Class<T> type) throws IOException {
    T details;
    try {
      details = Json.mapper().treeToValue(manifest.details(), type);
    } catch (JsonProcessingException e) {
      throw SmallFile.damaged(name + "/" + file, SmallFile.why(e), remedy, e);
    }
    if (details == null) {
      throw SmallFile.damaged(name + "/" + file, "it has no details", remedy, null);
    }
    return details;
  }

  /**
   * Has a file that is larger than an array refused.
   *
   * @param name as the message has it
   * @throws UserException with exit code 3
   */
  static void requireSmall(String name, long bytes) {
    if (bytes > MOST_BYTES) {
      throw UserException.data(
          name
              + " has "
              + bytes
              + " bytes, but no more than "
              + MOST_BYTES
              + " of a file are read into one memory: make it again with more slices, a lower order"
              + " or pruned");
    }
  }

  /**
   * Some bytes of a file, which the caller checks.
   *
   * @param from the first
   * @throws UserException with exit code 3 if the file has not so many
   */
  public byte[] readPart(String path, long from, int length) throws IOException {
    byte[] bytes = new byte[length];
    try (FSDataInputStream in = fs.open(new Path(data, path))) {
      in.readFully(from, bytes);
    } catch (FileNotFoundException e) {
      throw missing(path, e);
    } catch (EOFException e) {
      throw SmallFile.damaged(shown(path), "it breaks off", remedy, e);
    } catch (ChecksumException e) {
      throw SmallFile.damaged(shown(path), "its bytes changed", remedy, e);
    }
    return bytes;
  }

  /**
   * A file to read from the start, which is checked against the manifest when it is closed.
   *
   * @throws UserException with exit code 3 if it is not there
   * @see VerifiedStream
   */
  public InputStream openVerified(String path) throws IOException {
    FileEntry entry = entry(path);
    try {
      return VerifiedStream.of(read(path), shown(path), entry.sha256(), remedy);
    } catch (FileNotFoundException e) {
      throw missing(path, e);
    }
  }

  private FileEntry entry(String path) {
    return manifest.files().stream()
        .filter(file -> file.path().equals(path))
        .findFirst()
        .orElseThrow(() -> UserException.data(name + " has no file " + path));
  }

  /** What to tell of a file that is not there, for stores that say so only where it is read. */
  public UserException missing(String path, FileNotFoundException cause) throws IOException {
    if (isReplaced()) {
      return UserException.data(
          name + " was replaced while it was in use: start the job again", cause);
    }
    return UserException.data(shown(path) + " is missing" + SmallFile.end(": ", remedy), cause);
  }

  /** Whether another commit counts by now, whose writer removes the files of this one. */
  private boolean isReplaced() throws IOException {
    try {
      Newest now = newest(fs, folder, name, SmallFile.Remedy.NONE);
      return now != null && !Objects.equals(now.manifest().data(), manifest.data());
    } catch (UserException e) {
      return false; // what counts by now is damaged itself
    }
  }

  public static String sha256(FileSystem fs, Path file) throws IOException {
    MessageDigest digest = Sha256.digest();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = fs.open(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return Sha256.hex(digest);
  }
}
