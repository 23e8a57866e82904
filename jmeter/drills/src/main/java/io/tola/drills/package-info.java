/**
 * Drills: each starts a platform of its own, lets orders flow at a steady rate, breaks or burdens something for a while, and then asks
 * the database and the books whether everything that was acknowledged is there, once, as it was answered.
 *
 * <p>Beside {@code standalone}, which starts and stops the parts, no class of another module may be used here: orders go in by HTTP, as
 * a client sends them, and the books are judged by SQL, as an auditor would.
 */
package io.tola.drills;
