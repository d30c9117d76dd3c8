package org.seqlm.artifact;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;

/** Opens an artifact and refuses what it does not know. */
public final class ArtifactReader {
  private final String name;
  private final FileSystem fs;
  private final Path folder;
  private final Manifest manifest;
  private final SmallFile.Remedy remedy;

  private ArtifactReader(
      String name, FileSystem fs, Path folder, Manifest manifest, SmallFile.Remedy remedy) {
    this.name = name;
    this.fs = fs;
    this.folder = folder;
    this.manifest = manifest;
    this.remedy = remedy;
  }

  /** Whether the folder holds a complete artifact. */
  public static boolean isArtifact(Configuration conf, String folder) throws IOException {
    Path path = Paths.of(folder);
    return path.getFileSystem(conf).exists(new Path(path, Manifest.FILE_NAME));
  }

  /**
   * Opens an artifact of any kind.
   *
   * @throws UserException with exit code 3 if there is none, or its version is not ours
   */
  public static ArtifactReader open(Configuration conf, String folder) throws IOException {
    return open(conf, folder, "", () -> Remedies.ofDamage(conf, folder));
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
    try {
      Manifest manifest =
          SmallFile.versioned(fs, path, folder, Manifest.FILE_NAME, Manifest.class, remedy);
      return new ArtifactReader(folder, fs, path, manifest, remedy);
    } catch (FileNotFoundException e) {
      String what =
          fs.exists(path)
              ? "is no complete artifact (it has no " + Manifest.FILE_NAME + ")"
              : "does not exist";
      throw UserException.data(folder + " " + what + absent, e);
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
              + Json.name(reader.manifest.kind())
              + ", but one of kind "
              + Json.name(kind)
              + " is needed here");
    }
    return reader;
  }

  private static String remedy(ArtifactKind kind) {
    return switch (kind) {
      case DATASET ->
          ": give a dataset, a folder that seqlm prepare --input TEXT --output DIR wrote";
      case NGRAMS -> ": give a folder that seqlm ngrams --input TEXT --output DIR wrote";
      case MODEL ->
          ": give a run, a folder that seqlm train wrote, or the model or a checkpoint in it";
      default -> "";
    };
  }

  public Manifest manifest() {
    return manifest;
  }

  /** The folder as the caller named it, for messages: others may have another working folder. */
  public String name() {
    return name;
  }

  /** The folder as anyone can open it. */
  public Path folder() {
    return folder;
  }

  public FileSystem fileSystem() {
    return fs;
  }

  private InputStream read(String path) throws IOException {
    return fs.open(new Path(folder, path));
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
      for (FileStatus file : fs.listStatus(new Path(folder, prefix))) {
        lengths.put(prefix + file.getPath().getName(), file.getLen());
      }
    } catch (FileNotFoundException e) {
      // Each of its files is missing, which is told below.
    }
    for (FileEntry file : manifest.files()) {
      Long length = lengths.get(file.path());
      if (file.path().startsWith(prefix) && (length == null || length != file.bytes())) {
        throw UserException.data(
            name
                + "/"
                + file.path()
                + (length == null
                    ? " is missing"
                    : " is damaged: it has "
                        + length
                        + " bytes, but the manifest says "
                        + file.bytes())
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
    byte[] bytes;
    try {
      bytes = SmallFile.bytes(fs, new Path(folder, path), name + "/" + path, remedy);
    } catch (FileNotFoundException e) {
      throw missing(path, e);
    }
    if (!Sha256.of(bytes).equals(entry.sha256())) {
      throw SmallFile.damaged(name + "/" + path, "its SHA-256 is not the manifest's", remedy, null);
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
      return VerifiedStream.of(read(path), name + "/" + path, entry.sha256());
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

  private UserException missing(String path, FileNotFoundException cause) throws IOException {
    return UserException.data(
        name + "/" + path + " is missing" + SmallFile.end(": ", remedy), cause);
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
