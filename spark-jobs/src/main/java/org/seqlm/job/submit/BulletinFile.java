package org.seqlm.job.submit;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.seqlm.artifact.Json;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;

/**
 * Where a bulletin is: on a file system that the driver and who submitted it both reach. A reader
 * sees the whole of one or the whole of the next.
 */
final class BulletinFile {
  /** In the user's home there. */
  private static final String FOLDER = ".seqlm/bulletins";

  private static final FsPermission NOBODY_ELSE = new FsPermission((short) 0700);

  private final FileSystem fs;
  private final Path path;

  private BulletinFile(FileSystem fs, Path path) {
    this.fs = fs;
    this.path = path;
  }

  /**
   * The one of that name.
   *
   * @throws IOException if its file system is not there
   */
  static BulletinFile at(String name, Configuration hadoop) throws IOException {
    Path path = Paths.of(name);
    FileSystem fs = path.getFileSystem(hadoop);
    return new BulletinFile(fs, fs.makeQualified(path));
  }

  /**
   * The place of a new one, which is not there yet.
   *
   * @param folder for bulletins; null for one in the user's home on the default file system
   * @throws IOException if the folder can neither be found nor made
   */
  static BulletinFile next(String folder, Configuration hadoop) throws IOException {
    FileSystem fs =
        folder == null ? FileSystem.get(hadoop) : Paths.of(folder).getFileSystem(hadoop);
    Path place = folder == null ? new Path(fs.getHomeDirectory(), FOLDER) : Paths.of(folder);
    if (!fs.exists(place)) {
      // What a job says may be its user's alone; what is there has its owner's permissions.
      fs.mkdirs(place, NOBODY_ELSE);
    }
    return new BulletinFile(fs, fs.makeQualified(new Path(place, UUID.randomUUID() + ".json")));
  }

  /** Writes it in place of what is there. */
  void write(Bulletin bulletin) throws IOException {
    byte[] bytes = Json.mapper().writeValueAsBytes(bulletin);
    HashedFile.replacePlain(fs, path, out -> out.write(bytes));
  }

  /** What it says; null while there is none. */
  Bulletin read() throws IOException {
    try (InputStream in = Paths.plain(fs).open(path)) {
      return Json.mapper().readValue(in.readAllBytes(), Bulletin.class);
    } catch (FileNotFoundException e) {
      return null;
    }
  }

  void delete() throws IOException {
    Paths.plain(fs).delete(path, false);
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
