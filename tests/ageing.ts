/** $1 is a session, $2 milliseconds: as if all of it had happened that much earlier. */
export const ageSession = `
  UPDATE session SET
    rotated_at = rotated_at - $2 * interval '1 millisecond',
    recent_rotations = ARRAY(
      SELECT r - $2 * interval '1 millisecond' FROM unnest(recent_rotations) AS r ORDER BY r),
    created_at = created_at - $2 * interval '1 millisecond',
    authenticated_at = authenticated_at - $2 * interval '1 millisecond',
    multi_factor_at = multi_factor_at - $2 * interval '1 millisecond',
    last_seen_at = last_seen_at - $2 * interval '1 millisecond',
    idle_expires_at = idle_expires_at - $2 * interval '1 millisecond',
    expires_at = expires_at - $2 * interval '1 millisecond'
  WHERE id = $1`;
