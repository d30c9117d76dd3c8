package org.seqlm.corpus.file;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
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
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;

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
   * @param status with its blocks ({@link org.apache.hadoop.fs.LocatedFileStatus}) where its file
   *     system tells them in passing
   * @param relative its path below the input
   */
  public record Found(FileStatus status, String relative) {}

  /** Where an artifact keeps text, below its folder of files. */
  public static final String KEPT = "text/";

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

  /** The folder that all lies below which an input that is a glob may match; nothing is asked. */
  public static Path above(Configuration conf, String input) throws IOException {
    Path path = Paths.of(input);
    return fixedPart(fileSystem(conf, input, path).makeQualified(path));
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
    try (Listing listing = new Listing(fs)) {
      find(input, path, fs, listing);
    }
  }

  private void find(String input, Path path, FileSystem fs, Listing listing) throws IOException {
    Walk walk = new Walk(fs, listing, input);
    FileStatus status = listing.status(path);
    if (status != null) {
      int before = found.size();
      walk.add(List.of(new Found(status, status.isDirectory() ? "" : path.getName())));
      // Asked only where a file's name says so: listing an artifact once more is a call more.
      if (status.isDirectory()
          && found.subList(before, found.size()).stream()
              .anyMatch(file -> ArtifactReader.isManifest(file.relative()))) {
        textOfArtifact(fs, input, path, before);
      }
      if (walk.files == 0) {
        throw UserException.data(
            "input " + input + " holds no files (names that begin with _ or . do not count)");
      }
      return;
    }
    // Perhaps a glob; a file of that very name goes first.
    Path whole = fs.makeQualified(path);
    String base = fixedPart(whole).toUri().getPath();
    List<Found> matches = new ArrayList<>();
    for (FileStatus match : glob(fs, listing, whole, input)) {
      if (!isHidden(match.getPath().getName())) {
        matches.add(new Found(match, relative(match.getPath(), base)));
      }
    }
    walk.add(matches);
    if (walk.files == 0) {
      throw UserException.data(
          "input "
              + input
              + (isGlob(input)
                  ? " matches no file: give another pattern, in quotes"
                  : " does not exist: give another --input"));
    }
  }

  /** A path below a folder, without a slash at its beginning. */
  private static String relative(Path path, String folder) {
    String full = path.toUri().getPath();
    String relative = full.startsWith(folder) ? full.substring(folder.length()) : full;
    return relative.startsWith("/") ? relative.substring(1) : relative;
  }

  /**
   * Of an artifact only what it keeps of a text is text: the files below {@link #KEPT} that its
   * manifest lists. One that keeps none is refused.
   *
   * @param first of the files that were found in it
   */
  private void textOfArtifact(FileSystem fs, String input, Path folder, int first)
      throws IOException {
    if (!ArtifactReader.isArtifact(fs, folder)) {
      return;
    }
    ArtifactReader artifact;
    try {
      artifact = ArtifactReader.open(conf, input);
    } catch (UserException | IOException e) {
      return; // somebody else's manifest.json
    }
    Set<String> kept = new HashSet<>();
    if (artifact.manifest().kind() == ArtifactKind.ANALYSIS) {
      artifact.manifest().files().stream()
          .map(FileEntry::path)
          .filter(file -> file.startsWith(KEPT))
          .forEach(kept::add);
    }
    if (kept.isEmpty()) {
      throw UserException.data(
          "input "
              + input
              + " is of kind "
              + artifact.manifest().kind().shown()
              + (artifact.manifest().kind() == ArtifactKind.ANALYSIS
                  ? " and keeps no text, but text is needed here: give what seqlm corpus filter, or"
                      + " duplicates --remove, kept documents in (this one kept none, or is another"
                      + " analysis)"
                  : ", but text is needed here: give the files or the folder that it was made of"));
    }
    String data = artifact.data().toUri().getPath() + "/";
    List<Found> inside = List.copyOf(found.subList(first, found.size()));
    found.subList(first, found.size()).clear();
    for (Found file : inside) {
      String path = file.status().getPath().toUri().getPath();
      if (path.startsWith(data) && kept.contains(path.substring(data.length()))) {
        found.add(new Found(file.status(), path.substring(data.length() + KEPT.length())));
      }
    }
  }

  /** The search below one input. */
  private final class Walk {
    private final FileSystem fs;
    private final Listing listing;
    private final String input;
    private final Set<String> folders = new HashSet<>();
    private final Queue<Found> links = new ArrayDeque<>();
    private long files;

    Walk(FileSystem fs, Listing listing, String input) {
      this.fs = fs;
      this.listing = listing;
      this.input = input;
    }

    /** Adds files, and what lies below folders. */
    void add(List<Found> items) throws IOException {
      if (Paths.local(fs, new Path("/")) == null) {
        descend(items);
        return;
      }
      for (Found item : items) {
        addLocal(item);
      }
      followLinks();
    }

    /** Folder by folder, all of one depth at once; there are no links. */
    private void descend(List<Found> items) throws IOException {
      List<Found> level = items;
      while (!level.isEmpty()) {
        List<Found> opened = new ArrayList<>();
        for (Found item : level) {
          String key = item.status().getPath().toString();
          if (!item.status().isDirectory()) {
            addFile(item, key);
          } else if (folders.add(key)) {
            opened.add(item);
          }
        }
        List<Found> next = new ArrayList<>();
        for (List<Found> below : listing.each(opened, this::below)) {
          next.addAll(below);
        }
        level = next;
      }
    }

    /** What a folder holds, or all files below it, without what is hidden. */
    private List<Found> below(Found folder) throws IOException {
      Path path = folder.status().getPath();
      List<Found> below = new ArrayList<>();
      for (FileStatus status : listing.deep() ? listing.below(path) : listing.children(path)) {
        String name = FileFinder.relative(status.getPath(), path.toUri().getPath());
        if (Arrays.stream(name.split("/")).noneMatch(FileFinder::isHidden)) {
          below.add(new Found(status, join(folder.relative(), name)));
        }
      }
      return below;
    }

    private void addLocal(Found item) throws IOException {
      Path path = item.status().getPath();
      File local = Paths.local(fs, path);
      File real = local.getCanonicalFile();
      if (item.status().isDirectory()) {
        if (folders.add(real.getPath())) {
          for (FileStatus child : listing.children(path)) {
            addChild(item, child, real);
          }
        }
        return;
      }
      if (Paths.isSpecial(local)) {
        throw Paths.special(path.toUri().getPath() + " of input " + input);
      }
      addFile(item, real.getPath());
    }

    private void addFile(Found item, String key) {
      files++;
      if (FileFinder.this.files.add(key)) {
        found.add(item);
      }
    }

    private void addChild(Found folder, FileStatus status, File realFolder) throws IOException {
      String name = status.getPath().getName();
      if (isHidden(name)) {
        return;
      }
      Found child = new Found(status, join(folder.relative(), name));
      File own = new File(realFolder, name);
      if (own.getCanonicalFile().equals(own)) {
        addLocal(child);
      } else {
        links.add(child);
      }
    }

    /** After all else: what a link leads to may lie here under its own name. */
    private void followLinks() throws IOException {
      while (!links.isEmpty()) {
        addLocal(links.poll());
      }
    }
  }

  private static String join(String folder, String name) {
    return folder.isEmpty() ? name : folder + "/" + name;
  }

  /** Whether a file or folder of that name is no input: it begins with {@code _} or a dot. */
  public static boolean isHidden(String name) {
    return name.startsWith("_") || name.startsWith(".");
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
    try (Listing listing = new Listing(fs)) {
      return glob(fs, listing, pattern, input);
    }
  }

  private static List<FileStatus> glob(FileSystem fs, Listing listing, Path pattern, String input)
      throws IOException {
    List<Place> ends = new ArrayList<>();
    for (String one : GlobExpander.expand(pattern.toUri().getPath())) {
      List<Place> places = List.of(new Place(new Path(pattern, "/"), null));
      for (String component : one.substring(1).split("/+")) {
        GlobFilter filter = filter(component, input);
        String name = component.replaceAll("\\\\(.)", "$1");
        List<Place> next = new ArrayList<>();
        if (filter.hasPattern()) {
          for (List<FileStatus> held :
              listing.each(places, place -> matching(fs, listing, place, filter))) {
            held.forEach(status -> next.add(Place.of(status)));
          }
        } else {
          for (Place place : places) {
            if (!place.isFile()) {
              next.add(new Place(Paths.below(place.path(), name), null));
            }
          }
        }
        places = next;
      }
      ends.addAll(places);
    }
    return listing
        .each(ends, end -> end.status() == null ? listing.status(end.path()) : end.status())
        .stream()
        .filter(Objects::nonNull)
        .toList();
  }

  /** What a place holds that a pattern matches; nothing where it is no folder. */
  private static List<FileStatus> matching(
      FileSystem fs, Listing listing, Place place, GlobFilter filter) throws IOException {
    File local = Paths.local(fs, place.path());
    if (local == null ? place.isFile() : !local.isDirectory()) {
      return List.of();
    }
    String path = place.path().toUri().getPath();
    try {
      return listing.children(place.path()).stream()
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
