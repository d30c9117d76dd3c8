package org.seqlm.corpus.file;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.GlobExpander;
import org.apache.hadoop.fs.GlobFilter;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.LocalNames;
import org.seqlm.artifact.Paths;

/**
 * Finds the files that a corpus's paths stand for. On this machine's disks each file is found once,
 * however many links lead to it or back to a folder above, under its own name where that lies below
 * the same path; a link that leads nowhere is found, too, and nobody can read it; pipes and devices
 * are refused, since they can be read but once, or never to an end.
 */
public final class FileFinder {
  private final Configuration conf;
  private final List<Found> found = new ArrayList<>();
  private final Set<String> files = new HashSet<>();

  /**
   * A file.
   *
   * @param relative its path below the input
   */
  public record Found(FileStatus status, String relative) {}

  private FileFinder(Configuration conf) {
    this.conf = conf;
  }

  /**
   * Finds the files, in no order.
   *
   * @throws UserException with exit code 3 if a path does not exist, matches nothing, holds an
   *     artifact, or leads to what is no file
   */
  public static List<Found> find(Configuration conf, List<String> inputs) throws IOException {
    FileFinder finder = new FileFinder(conf);
    for (String input : inputs) {
      finder.find(input);
    }
    return finder.found;
  }

  /** The file or folder of an input's name, or what it matches as a glob. */
  public static List<Path> matches(Configuration conf, String input) throws IOException {
    Path path = Paths.of(input);
    if (!isGlob(input)) {
      return List.of(path);
    }
    FileSystem fs = fileSystem(conf, input, path);
    return fs.exists(path)
        ? List.of(path)
        : glob(fs, fs.makeQualified(path), input).stream().map(FileStatus::getPath).toList();
  }

  /** Whether an input's name may be a glob. */
  public static boolean isGlob(String input) {
    return input.matches("(?s).*[*?\\[{].*");
  }

  private static FileSystem fileSystem(Configuration conf, String input, Path path)
      throws IOException {
    try {
      return path.getFileSystem(conf);
    } catch (IllegalArgumentException | UnsupportedFileSystemException e) {
      throw UserException.configuration(
          "input " + input + " is no path that Hadoop understands: " + e.getMessage());
    }
  }

  private void find(String input) throws IOException {
    Path path = Paths.of(input);
    FileSystem fs = fileSystem(conf, input, path);
    Walk walk = new Walk(fs, input);
    try {
      FileStatus status = fs.getFileStatus(path);
      if (status.isDirectory()) {
        refuseArtifact(fs, input, path);
      }
      walk.add(new Found(status, status.isDirectory() ? "" : path.getName()));
      walk.followLinks();
      if (walk.files == 0) {
        throw UserException.data(
            "input " + input + " holds no files (names that begin with _ or . do not count)");
      }
      return;
    } catch (FileNotFoundException e) {
      // Perhaps a glob; a file of that very name goes first.
    }
    Path whole = fs.makeQualified(path);
    String base = fixedPart(whole).toUri().getPath();
    for (FileStatus status : glob(fs, whole, input)) {
      if (hidden(status.getPath().getName())) {
        continue;
      }
      String full = status.getPath().toUri().getPath();
      String relative = full.startsWith(base) ? full.substring(base.length()) : full;
      walk.add(new Found(status, relative.startsWith("/") ? relative.substring(1) : relative));
    }
    walk.followLinks();
    if (walk.files == 0) {
      throw UserException.data(
          "input " + input + (isGlob(input) ? " matches no file" : " does not exist"));
    }
  }

  private void refuseArtifact(FileSystem fs, String input, Path folder) throws IOException {
    if (ArtifactReader.isArtifact(fs, folder)) {
      ArtifactReader artifact;
      try {
        artifact = ArtifactReader.open(conf, input);
      } catch (UserException | IOException e) {
        return; // somebody else's manifest.json
      }
      throw UserException.data(
          "input "
              + input
              + " holds a "
              + Json.name(artifact.manifest().kind())
              + ", but text is needed here");
    }
  }

  /** The search below one input. */
  private final class Walk {
    private final FileSystem fs;
    private final String input;
    private final Set<String> folders = new HashSet<>();
    private final Queue<Found> links = new ArrayDeque<>();
    private long files;

    Walk(FileSystem fs, String input) {
      this.fs = fs;
      this.input = input;
    }

    void add(Found item) throws IOException {
      Path path = item.status().getPath();
      File local = Paths.local(fs, path);
      File real = local == null ? null : local.getCanonicalFile();
      String key = real == null ? path.toString() : real.getPath();
      if (item.status().isDirectory()) {
        if (folders.add(key)) {
          for (FileStatus child : children(fs, path)) {
            add(item, child, real);
          }
        }
        return;
      }
      if (local != null && Paths.isSpecial(local)) {
        throw Paths.special(path.toUri().getPath() + " of input " + input);
      }
      files++;
      if (FileFinder.this.files.add(key)) {
        found.add(item);
      }
    }

    private void add(Found folder, FileStatus status, File realFolder) throws IOException {
      String name = status.getPath().getName();
      if (hidden(name)) {
        return;
      }
      Found child =
          new Found(status, folder.relative().isEmpty() ? name : folder.relative() + "/" + name);
      File own = realFolder == null ? null : new File(realFolder, name);
      if (own != null && !own.getCanonicalFile().equals(own)) {
        links.add(child);
      } else {
        add(child);
      }
    }

    /** After all else: what a link leads to may lie here under its own name. */
    void followLinks() throws IOException {
      while (!links.isEmpty()) {
        add(links.poll());
      }
    }
  }

  private static boolean hidden(String name) {
    return name.startsWith("_") || name.startsWith(".");
  }

  /** What a folder holds; links that lead nowhere as files. */
  private static List<FileStatus> children(FileSystem fs, Path folder) throws IOException {
    File local = Paths.local(fs, folder);
    if (local == null) {
      return Arrays.asList(fs.listStatus(folder));
    }
    LocalNames.requireReadable(local, LocalNames.charset());
    String[] names = local.list();
    if (names == null) {
      throw UserException.data("the folder " + folder + " cannot be read: may you list it?");
    }
    Arrays.sort(names);
    List<FileStatus> children = new ArrayList<>();
    for (String name : names) {
      Path path = Paths.below(folder, name);
      FileStatus status = status(fs, path);
      children.add(status != null ? status : new FileStatus(0, false, 1, 0, 0, path));
    }
    return children;
  }

  /** Null where there is nothing. */
  private static FileStatus status(FileSystem fs, Path path) throws IOException {
    try {
      return fs.getFileStatus(path);
    } catch (FileNotFoundException e) {
      return null;
    }
  }

  /**
   * A place that a glob has come to.
   *
   * @param status null if nobody has asked for it
   */
  private record Place(Path path, FileStatus status) {
    static Place of(FileStatus status) {
      return new Place(status.getPath(), status);
    }

    boolean isFile() {
      return status != null && !status.isDirectory();
    }
  }

  /**
   * Hadoop's globs, but for names with a colon, which its own search cannot name. As there nobody
   * asks for the folders above the first part that is a pattern: one may be allowed to see but one.
   */
  static List<FileStatus> glob(FileSystem fs, Path pattern, String input) throws IOException {
    List<FileStatus> all = new ArrayList<>();
    for (String one : GlobExpander.expand(pattern.toUri().getPath())) {
      List<Place> places = List.of(new Place(new Path(pattern, "/"), null));
      for (String component : one.substring(1).split("/+")) {
        GlobFilter filter = filter(component, input);
        String name = component.replaceAll("\\\\(.)", "$1");
        List<Place> next = new ArrayList<>();
        for (Place place : places) {
          if (filter.hasPattern()) {
            matching(fs, place, filter).forEach(status -> next.add(Place.of(status)));
          } else if (!place.isFile()) {
            next.add(new Place(Paths.below(place.path(), name), null));
          }
        }
        places = next;
      }
      for (Place place : places) {
        FileStatus status = place.status() == null ? status(fs, place.path()) : place.status();
        if (status != null) {
          all.add(status);
        }
      }
    }
    return all;
  }

  /** What a place holds that a pattern matches; nothing where it is no folder. */
  private static List<FileStatus> matching(FileSystem fs, Place place, GlobFilter filter)
      throws IOException {
    File local = Paths.local(fs, place.path());
    if (local == null ? place.isFile() : !local.isDirectory()) {
      return List.of();
    }
    String path = place.path().toUri().getPath();
    try {
      return children(fs, place.path()).stream()
          .filter(child -> filter.accept(child.getPath()))
          // A file lists itself.
          .filter(child -> !child.getPath().toUri().getPath().equals(path))
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  private static GlobFilter filter(String component, String input) {
    try {
      return new GlobFilter(component);
    } catch (IOException e) {
      throw UserException.configuration("input " + input + " is no glob: " + e.getMessage());
    }
  }

  /** The parent of the first part of a glob that is none. */
  private static Path fixedPart(Path glob) {
    Path fixed = glob;
    for (Path at = glob; at.getParent() != null; at = at.getParent()) {
      if (at.getName().matches("(?s).*[*?\\[{\\\\].*")) {
        fixed = at.getParent();
      }
    }
    return fixed.equals(glob) ? glob.getParent() : fixed;
  }
}
