/** Networks that give targets to a student: frozen ones, and moving averages of the student itself. */
package dev.fovea.teacher;
