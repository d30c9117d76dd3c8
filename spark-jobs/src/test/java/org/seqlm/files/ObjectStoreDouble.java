package org.seqlm.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIOException;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * An object store in memory, as Hadoop 3.3.4's {@code S3AFileSystem} shows it, where our code
 * depends on that. A bucket holds objects by key and nothing else: a folder is what keys begin
 * with, or an empty object whose key ends in a slash. An object appears whole, when its stream is
 * closed. A rename copies and removes, an object at a time; so does a delete. Each object that is
 * put, copied or removed is a call of its own.
 */
public final class ObjectStoreDouble extends StoreFileSystem {
  /** What newer versions of S3A offer, and say that they do. */
  static final String CONDITIONAL = "fs.option.create.conditional.overwrite";

  /** What keeps a new object from replacing another. */
  enum Creates {
    /** Nothing but a look when its stream is opened: S3A 3.3.4. */
    LOOK_FIRST,
    /** The store itself, where a builder's option asks for it: S3A from 3.4.2 on. */
    OPTION,
    /** The store itself, whenever nothing is to be replaced: Google's. */
    ALWAYS
  }

  /** Equal if it is the same one, which an ETag tells. */
  private static final class StoredObject {
    private final byte[] bytes;
    private final long modified = System.currentTimeMillis();

    StoredObject(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  private static final class Bucket {
    private final NavigableMap<String, StoredObject> objects = new ConcurrentSkipListMap<>();
    private volatile Creates creates = Creates.LOOK_FIRST;
  }

  private static final Map<String, Bucket> BUCKETS = new ConcurrentHashMap<>();

  /** Makes an empty bucket. */
  static void make(String store, Creates creates) {
    Bucket bucket = new Bucket();
    bucket.creates = creates;
    BUCKETS.put(store, bucket);
  }

  static void forget(String store) {
    BUCKETS.remove(store);
  }

  /** What lies there, markers of folders aside. */
  static Map<String, byte[]> content(String store) {
    Map<String, byte[]> all = new TreeMap<>();
    bucket(store)
        .objects
        .forEach(
            (key, object) -> {
              if (!key.endsWith("/")) {
                all.put(key, object.bytes);
              }
            });
    return all;
  }

  /** All keys there, markers of folders among them. */
  static Set<String> keys(String store) {
    return new TreeSet<>(bucket(store).objects.keySet());
  }

  private static Bucket bucket(String store) {
    return BUCKETS.computeIfAbsent(store, name -> new Bucket());
  }

  private Bucket bucket() {
    return bucket(store());
  }

  private NavigableMap<String, StoredObject> objects() {
    return bucket().objects;
  }

  private static String slash(String key) {
    return key.endsWith("/") ? key : key + "/";
  }

  /** The keys below a folder, its marker first if it has one. */
  private NavigableMap<String, StoredObject> below(String key) {
    return objects().subMap(slash(key), true, slash(key) + Character.MAX_VALUE, true);
  }

  private boolean isFile(String key) {
    return objects().containsKey(key);
  }

  private boolean isFolder(String key) {
    return key.equals("/") || !below(key).isEmpty();
  }

  private FileStatus status(String key) throws FileNotFoundException {
    StoredObject object = objects().get(key);
    if (object != null) {
      return file(key, object.bytes.length, object.modified);
    }
    if (isFolder(key)) {
      return folder(key);
    }
    throw missing(key);
  }

  /** Puts an object; markers of the folders above it are needed no more. */
  private void put(String key, StoredObject object) {
    objects().put(key, object);
    unmarkAbove(key);
  }

  private void unmarkAbove(String key) {
    for (String at = parent(key); at != null; at = parent(at)) {
      objects().remove(slash(at));
    }
  }

  private static String parent(String key) {
    int slash = key.lastIndexOf('/', key.length() - (key.endsWith("/") ? 2 : 1));
    return slash <= 0 ? null : key.substring(0, slash);
  }

  /** A folder that has lost all that was in it stays, as its marker. */
  private void markParent(String key) throws IOException {
    String parent = parent(key);
    if (parent != null && !isFolder(parent)) {
      call("put", slash(parent), () -> objects().put(slash(parent), new StoredObject(new byte[0])));
    }
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    String key = key(path);
    return call("status", key, () -> status(key));
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    String key = key(path);
    return call("list", key, () -> list(key));
  }

  private FileStatus[] list(String key) throws FileNotFoundException {
    if (!isFolder(key)) {
      return new FileStatus[] {status(key)};
    }
    Map<String, FileStatus> files = new TreeMap<>();
    Map<String, FileStatus> folders = new TreeMap<>();
    String prefix = slash(key);
    below(key)
        .forEach(
            (at, object) -> {
              String rest = at.substring(prefix.length());
              int slash = rest.indexOf('/');
              if (slash >= 0) {
                String child = prefix + rest.substring(0, slash);
                folders.putIfAbsent(child, folder(child));
              } else if (!rest.isEmpty()) {
                files.put(at, file(at, object.bytes.length, object.modified));
              }
            });
    return Stream.of(files, folders)
        .flatMap(each -> each.values().stream())
        .toArray(FileStatus[]::new);
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) throws IOException {
    String key = key(path);
    return call(
        "mkdirs",
        key,
        () -> {
          if (isFolder(key)) {
            return true;
          }
          // The first folder above ends the search for files above.
          for (String at = key; at != null && !isFolder(at); at = parent(at)) {
            if (isFile(at)) {
              throw new FileAlreadyExistsException(at + " is a file");
            }
          }
          put(slash(key), new StoredObject(new byte[0]));
          return true;
        });
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    String key = key(path);
    StoredObject object =
        call(
            "open",
            key,
            () -> {
              if (status(key).isDirectory()) {
                throw new FileNotFoundException("Can't open " + key + " because it is a directory");
              }
              return objects().get(key);
            });
    return reading(
        key,
        () -> {
          StoredObject now = objects().get(key);
          if (now == null) {
            throw missing(key);
          }
          if (now != object) {
            throw new PathIOException(key, "Change reported by S3 during open");
          }
          return now.bytes;
        });
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    String key = key(path);
    call(
        "create",
        key,
        () -> {
          if (isFolder(key)) {
            throw new FileAlreadyExistsException(key + " is a directory");
          }
          if (!overwrite && isFile(key)) {
            throw new FileAlreadyExistsException(key + " already exists");
          }
          return null;
        });
    return put(key, !overwrite && bucket().creates == Creates.ALWAYS);
  }

  /**
   * @param ifAbsent as {@code If-None-Match: *} says it
   */
  private FSDataOutputStream put(String key, boolean ifAbsent) {
    return writing(
        key,
        bytes -> {
          StoredObject object = new StoredObject(bytes);
          if (!ifAbsent) {
            put(key, object);
          } else if (objects().putIfAbsent(key, object) == null) {
            unmarkAbove(key);
          } else {
            // RemoteFileChangedException, which is one, too.
            throw new PathIOException(key, "412 Precondition Failed");
          }
        });
  }

  @Override
  boolean streamHas(String capability) {
    return capability.equals(StreamCapabilities.ABORTABLE_STREAM);
  }

  @Override
  public boolean hasPathCapability(Path path, String capability) throws IOException {
    return capability.equals(CONDITIONAL)
        ? bucket().creates == Creates.OPTION
        : streamHas(capability) || super.hasPathCapability(path, capability);
  }

  @Override
  public FSDataOutputStreamBuilder<?, ?> createFile(Path path) {
    return bucket().creates == Creates.OPTION
        ? new Builder(path).create().overwrite(true)
        : super.createFile(path);
  }

  private final class Builder extends FSDataOutputStreamBuilder<FSDataOutputStream, Builder> {
    private final Path path;

    Builder(Path path) {
      super(ObjectStoreDouble.this, path);
      this.path = path;
    }

    @Override
    public Builder getThisBuilder() {
      return this;
    }

    @Override
    public FSDataOutputStream build() throws IOException {
      rejectUnknownMandatoryKeys(Set.of(CONDITIONAL), " for " + path);
      if (getOptions().getBoolean(CONDITIONAL, false)) {
        // Nothing is looked for before the stream is closed.
        return put(key(path), true);
      }
      boolean overwrite = getFlags().contains(org.apache.hadoop.fs.CreateFlag.OVERWRITE);
      return ObjectStoreDouble.this.create(path, overwrite);
    }
  }

  @Override
  public boolean rename(Path source, Path target) throws IOException {
    String from = key(source);
    List<String> keys = new ArrayList<>();
    String to =
        call(
            "rename",
            from,
            () -> {
              String place = place(from, key(target));
              if (place != null && isFile(from)) {
                keys.add(from);
              } else if (place != null) {
                keys.addAll(below(from).keySet());
              }
              return place;
            });
    if (to == null) {
      return false;
    }
    if (from.equals(key(target))) {
      return keys.contains(from); // a file is where it is to be, a folder cannot be
    }
    for (String key : keys) {
      String copy = to + key.substring(from.length());
      call(
          "copy",
          copy,
          () -> {
            StoredObject object = objects().get(key);
            if (object == null) {
              throw missing(key);
            }
            put(copy, new StoredObject(object.bytes));
            return null;
          });
    }
    for (String key : keys) {
      call("delete", key, () -> objects().remove(key));
    }
    if (!Objects.equals(parent(from), parent(to))) {
      markParent(from);
    }
    return true;
  }

  /** Where something goes that is renamed, or null if it stays. */
  private String place(String from, String to) throws IOException {
    if (!isFile(from) && !isFolder(from)) {
      if (bucket().creates == Creates.ALWAYS) {
        return null; // as Google's says it
      }
      throw missing(from);
    }
    if (from.equals(to)) {
      return to;
    }
    if (isFile(to)) {
      if (bucket().creates == Creates.ALWAYS) {
        return null; // as Google's says it
      }
      throw new FileAlreadyExistsException(
          "Failed to rename " + from + " to " + to + "; destination file exists");
    }
    if (!isFile(from) && to.startsWith(slash(from))) {
      return null;
    }
    if (isFolder(to)) {
      boolean empty = below(to).keySet().stream().allMatch(slash(to)::equals);
      if (!isFile(from)) {
        return empty ? to : null;
      }
      return slash(to) + from.substring(from.lastIndexOf('/') + 1);
    }
    String parent = parent(to);
    boolean below = parent != null && !parent.equals(parent(from)) && isFile(parent);
    return below ? null : to;
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    String key = key(path);
    List<String> keys =
        call(
            "delete",
            key,
            () -> {
              if (objects().remove(key) != null) {
                return List.<String>of();
              }
              List<String> below = List.copyOf(below(key).keySet());
              boolean empty = below.stream().allMatch(slash(key)::equals);
              if (!empty && !recursive) {
                throw new PathIsNotEmptyDirectoryException(key);
              }
              return below.isEmpty() ? null : below;
            });
    if (keys == null) {
      return false;
    }
    for (String each : keys) {
      call("delete", each, () -> objects().remove(each));
    }
    markParent(key);
    return true;
  }
}
