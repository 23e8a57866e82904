package io.tola.drills;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small file system in memory (tmpfs) under a folder, which can be filled to its last byte. Needs root. */
final class RamDisk implements AutoCloseable {

  private final Path folder;

  private RamDisk(Path folder) {
    this.folder = folder;
  }

  /**
   * Moves a folder's content to a file system of its own, so that the folder is as before and only so much larger.
   *
   * @param spare megabytes beside what the folder holds
   * @throws NotAtHand when this machine doesn't let us mount
   */
  static RamDisk under(Path folder, int spare) throws IOException, InterruptedException, NotAtHand {
    if (!"root".equals(System.getProperty("user.name"))) {
      throw new NotAtHand("only root may mount a small file system to fill");
    }
    Path aside = folder.resolveSibling(folder.getFileName() + ".before");
    long used = Long.parseLong(Shell.run("du", "-sm", folder.toString()).split("\\s")[0]);
    Files.move(folder, aside);
    Files.createDirectory(folder);
    try {
      Shell.run(
          "mount",
          "-t",
          "tmpfs",
          "-o",
          "mode=0700,size=" + (used + spare) + "m",
          "tola-drill",
          folder.toString());
    } catch (IOException e) {
      throw new NotAtHand("no file system can be mounted here: " + e.getMessage());
    }
    RamDisk disk = new RamDisk(folder);
    Shell.run("cp", "-a", aside + "/.", folder.toString());
    Shell.run("rm", "-rf", aside.toString());
    return disk;
  }

  /** Unmounts what an earlier drill that was killed left behind. */
  static void release(Path folder) throws IOException, InterruptedException {
    if (Files.readString(Path.of("/proc/mounts")).contains(" " + folder + " ")) {
      Shell.run("umount", "-l", folder.toString());
    }
  }

  private Path filler() {
    return folder.resolve("filler");
  }

  /** Takes all that is left. */
  void fill() throws IOException {
    byte[] piece = new byte[64 * 1024];
    try (OutputStream out = Files.newOutputStream(filler())) {
      while (true) {
        out.write(piece);
      }
    } catch (IOException e) {
      // Full, as wished; or nothing could be written at all, which is the same.
    }
    long left = Files.getFileStore(folder).getUsableSpace();
    if (left > 0) {
      throw new IOException(folder + " still has " + left + " bytes");
    }
  }

  /** Gives it back. */
  void free() throws IOException {
    Files.deleteIfExists(filler());
  }

  @Override
  public void close() throws IOException, InterruptedException {
    release(folder);
  }
}
