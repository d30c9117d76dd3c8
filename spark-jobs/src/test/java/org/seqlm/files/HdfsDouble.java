package org.seqlm.files;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * HDFS in memory, where our code depends on it. Each call is atomic. A new file is there, empty, as
 * soon as its stream is opened, and may be left half written. A rename never replaces a file: it
 * answers false; onto a folder it moves into that.
 */
public final class HdfsDouble extends StoreFileSystem {
  /** A file or a folder; whoever has one open has it whatever its name becomes. */
  private static final class Node {
    private byte[] bytes;
    private long modified = System.currentTimeMillis();
    private boolean gone;

    /** Null for a folder. */
    Node(byte[] bytes) {
      this.bytes = bytes;
    }

    boolean isFolder() {
      return bytes == null;
    }
  }

  private static final Map<String, NavigableMap<String, Node>> NAMESPACES =
      new ConcurrentHashMap<>();

  /** Makes an empty one. */
  static void make(String store) {
    NAMESPACES.put(store, new TreeMap<>(Map.of("/", new Node(null))));
  }

  static void forget(String store) {
    NAMESPACES.remove(store);
  }

  static Map<String, byte[]> content(String store) {
    Map<String, byte[]> all = new TreeMap<>();
    NavigableMap<String, Node> nodes = NAMESPACES.get(store);
    synchronized (nodes) {
      nodes.forEach(
          (key, node) -> {
            if (!node.isFolder()) {
              all.put(key, node.bytes);
            }
          });
    }
    return all;
  }

  private NavigableMap<String, Node> nodes() {
    NavigableMap<String, Node> nodes = NAMESPACES.get(store());
    if (nodes == null) {
      throw new IllegalStateException("no such name node: " + store());
    }
    return nodes;
  }

  /** One call to the name node. */
  private <T> T atomic(String operation, String key, StoreCalls.Call<T> call) throws IOException {
    return call(
        operation,
        key,
        () -> {
          synchronized (nodes()) {
            return call.run();
          }
        });
  }

  private static String parent(String key) {
    return key.equals("/") ? null : key.substring(0, Math.max(1, key.lastIndexOf('/')));
  }

  private static String name(String key) {
    return key.substring(key.lastIndexOf('/') + 1);
  }

  private NavigableMap<String, Node> below(String key) {
    String prefix = key.equals("/") ? key : key + "/";
    return nodes().subMap(prefix, false, prefix + Character.MAX_VALUE, true);
  }

  private FileStatus status(String key, Node node) {
    return node.isFolder() ? folder(key) : file(key, node.bytes.length, node.modified);
  }

  private Node node(String key) throws FileNotFoundException {
    Node node = nodes().get(key);
    if (node == null) {
      throw new FileNotFoundException("File does not exist: " + key);
    }
    return node;
  }

  private void makeFolders(String key) throws IOException {
    if (key == null) {
      return;
    }
    Node node = nodes().get(key);
    if (node == null) {
      makeFolders(parent(key));
      nodes().put(key, new Node(null));
    } else if (!node.isFolder()) {
      throw new ParentNotDirectoryException(key + " (is not a directory)");
    }
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    String key = key(path);
    return atomic("status", key, () -> status(key, node(key)));
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    String key = key(path);
    return atomic(
        "list",
        key,
        () -> {
          Node node = node(key);
          if (!node.isFolder()) {
            return new FileStatus[] {status(key, node)};
          }
          return below(key).entrySet().stream()
              .filter(entry -> parent(entry.getKey()).equals(key))
              .map(entry -> status(entry.getKey(), entry.getValue()))
              .toArray(FileStatus[]::new);
        });
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) throws IOException {
    String key = key(path);
    return atomic(
        "mkdirs",
        key,
        () -> {
          Node node = nodes().get(key);
          if (node != null && !node.isFolder()) {
            throw new FileAlreadyExistsException("Path is not a directory: " + key);
          }
          makeFolders(key);
          return true;
        });
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    String key = key(path);
    Node node =
        atomic(
            "open",
            key,
            () -> {
              Node found = node(key);
              if (found.isFolder()) {
                throw new FileNotFoundException("Path is not a file: " + key);
              }
              return found;
            });
    // Its blocks stay a while after it is deleted.
    return reading(key, () -> node.bytes);
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
    Node node =
        atomic(
            "create",
            key,
            () -> {
              Node old = nodes().get(key);
              if (old != null && (old.isFolder() || !overwrite)) {
                throw new FileAlreadyExistsException(
                    key + (old.isFolder() ? " already exists as a directory" : " already exists"));
              }
              makeFolders(parent(key));
              if (old != null) {
                old.gone = true;
              }
              Node made = new Node(new byte[0]);
              nodes().put(key, made);
              return made;
            });
    return writing(
        key,
        new Sink() {
          @Override
          public void close(byte[] bytes) throws IOException {
            synchronized (nodes()) {
              if (node.gone) {
                throw new FileNotFoundException("File does not exist: " + key + " (no lease)");
              }
              node.bytes = bytes;
              node.modified = System.currentTimeMillis();
            }
          }

          /** Of a process that is gone some blocks are there. */
          @Override
          public void broken(byte[] bytes) {
            synchronized (nodes()) {
              if (!node.gone && node.bytes.length == 0) {
                node.bytes = Arrays.copyOf(bytes, bytes.length / 2);
              }
            }
          }
        });
  }

  @Override
  public boolean rename(Path source, Path target) throws IOException {
    String from = key(source);
    String to = key(target);
    return atomic("rename", from, () -> rename(from, to));
  }

  private boolean rename(String from, String to) {
    Node moved = nodes().get(from);
    if (moved == null || from.equals("/") || to.startsWith(from + "/")) {
      return false;
    }
    if (from.equals(to)) {
      return !moved.isFolder();
    }
    String place = to;
    Node there = nodes().get(to);
    if (there != null && there.isFolder()) {
      place = (to.equals("/") ? to : to + "/") + name(from);
      there = nodes().get(place);
    }
    Node parent = nodes().get(parent(place));
    if (there != null || parent == null || !parent.isFolder()) {
      return false;
    }
    move(from, place);
    return true;
  }

  private void move(String from, String to) {
    Map<String, Node> moved = new TreeMap<>(below(from));
    moved.put(from, nodes().get(from));
    moved.forEach(
        (key, node) -> {
          nodes().remove(key);
          nodes().put(to + key.substring(from.length()), node);
        });
  }

  /** With {@link Options.Rename#OVERWRITE} a file replaces another in one step. */
  @Override
  public void rename(Path source, Path target, Options.Rename... options) throws IOException {
    String from = key(source);
    String to = key(target);
    boolean overwrite = List.of(options).contains(Options.Rename.OVERWRITE);
    atomic(
        "rename",
        from,
        () -> {
          node(from);
          Node there = nodes().get(to);
          if (there != null && !overwrite) {
            throw new FileAlreadyExistsException("rename destination " + to + " already exists");
          }
          if (there != null && (there.isFolder() || nodes().get(from).isFolder())) {
            throw new IOException("rename of folders over others is not modelled");
          }
          if (nodes().get(parent(to)) == null) {
            throw new FileNotFoundException("rename destination parent of " + to + " not found");
          }
          if (there != null) {
            there.gone = true;
          }
          move(from, to);
          return null;
        });
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    String key = key(path);
    return atomic(
        "delete",
        key,
        () -> {
          Node node = nodes().get(key);
          if (node == null || key.equals("/")) {
            return false;
          }
          NavigableMap<String, Node> below = below(key);
          if (node.isFolder() && !below.isEmpty() && !recursive) {
            throw new PathIsNotEmptyDirectoryException(key);
          }
          if (node.isFolder()) {
            below.values().forEach(each -> each.gone = true);
            below.clear();
          }
          node.gone = true;
          nodes().remove(key);
          return true;
        });
  }

  @Override
  public boolean hasPathCapability(Path path, String capability) throws IOException {
    return capability.equals(CommonPathCapabilities.FS_CONCAT)
        || super.hasPathCapability(path, capability);
  }

  /** As its name node checks it; all blocks here are equally large. */
  @Override
  public void concat(Path target, Path[] sources) throws IOException {
    String to = key(target);
    List<String> from = Arrays.stream(sources).map(this::key).toList();
    atomic(
        "concat",
        to,
        () -> {
          List<Node> joined = new ArrayList<>();
          joined.add(node(to));
          for (String key : from) {
            Node source = node(key);
            if (!parent(key).equals(parent(to)) || key.equals(to) || joined.contains(source)) {
              throw new IOException("concat: " + key + " is the same or in another directory");
            }
            if (source.isFolder() || source.bytes.length == 0) {
              throw new IOException("concat: source file " + key + " is invalid or empty");
            }
            joined.add(source);
          }
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          joined.forEach(node -> bytes.writeBytes(node.bytes));
          joined.get(0).bytes = bytes.toByteArray();
          from.forEach(key -> nodes().remove(key).gone = true);
          return null;
        });
  }
}
