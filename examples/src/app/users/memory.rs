//! Accounts that are gone when the program stops.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Accounts, User, UserId, UsersError};

#[derive(Default)]
pub(super) struct Memory(Mutex<Vec<User>>);

impl Memory {
    fn lock(&self) -> MutexGuard<'_, Vec<User>> {
        // Nobody panics while a user is half written.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Accounts for Memory {
    fn add(&self, user: &User) -> Result<bool, UsersError> {
        let mut users = self.lock();
        let is_new = users.iter().all(|other| other.email != user.email);
        if is_new {
            users.push(user.clone());
        }
        Ok(is_new)
    }

    fn by_email(&self, email: &str) -> Result<Option<User>, UsersError> {
        Ok(self.lock().iter().find(|user| user.email == email).cloned())
    }

    fn by_id(&self, id: UserId) -> Result<Option<User>, UsersError> {
        Ok(self.lock().iter().find(|user| user.id == id).cloned())
    }

    fn save(&self, user: &User) -> Result<(), UsersError> {
        if let Some(kept) = self.lock().iter_mut().find(|kept| kept.id == user.id) {
            kept.clone_from(user);
        }
        Ok(())
    }

    fn remove(&self, id: UserId) -> Result<(), UsersError> {
        self.lock().retain(|user| user.id != id);
        Ok(())
    }
}
